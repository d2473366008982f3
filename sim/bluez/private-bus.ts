import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why there can be no bus on this machine, with the way out. */
export const noDbus: string | undefined =
  spawnSync('dbus-daemon', ['--version']).error === undefined
    ? undefined
    : 'dbus-daemon is not installed; install it: sudo apt-get install --no-install-recommends dbus';

export interface PrivateBus {
  /** For DBUS_SYSTEM_BUS_ADDRESS; the same for every daemon that is started on it. */
  readonly address: string;
  /** Has a daemon on it again. */
  start(): Promise<void>;
  /** Ends the daemon at once, without goodbye. */
  die(): Promise<void>;
  /** Stops the daemon in its tracks, and lets it go on. */
  freeze(isFrozen: boolean): void;
  /** Ends the daemon, and takes everything away that was made for it. */
  kill(): void;
}

/** `limits`: of the daemon, such as `max_completed_connections` (dbus-daemon(1), <limit>). @throws Error with what it said. */
export async function startPrivateBus(limits: Readonly<Record<string, number>> = {}): Promise<PrivateBus> {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-bus-'));
  const [config, address] = [join(folder, 'bus.conf'), `unix:path=${join(folder, 'bus')}`];
  writeFileSync(config, configurationOf(address, limits));
  let daemon: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    daemon = await launch(config);
  };
  await start().catch((error: unknown) => {
    rmSync(folder, { recursive: true });
    throw error;
  });
  return {
    address,
    start,
    async die() {
      const ended = daemon === undefined ? undefined : once(daemon, 'exit');
      daemon?.kill('SIGKILL');
      await ended;
      daemon = undefined;
    },
    freeze(isFrozen) {
      daemon?.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT');
    },
    kill() {
      daemon?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(config: string): Promise<ChildProcess> {
  const daemon = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  daemon.stderr.on('data', (text) => {
    said += text;
  });
  const isReady = await Promise.race([
    once(daemon.stdout, 'data').then(() => true),
    once(daemon, 'exit').then(() => false),
  ]);
  if (!isReady) throw new Error(`dbus-daemon ended at once: ${said}`);
  return daemon;
}

/** Nobody but the same user; no services of the machine. */
function configurationOf(address: string, limits: Readonly<Record<string, number>>): string {
  const limit = Object.entries(limits).map(([name, value]) => `<limit name="${name}">${value}</limit>`);
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  ${limit.join('\n  ')}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow own="*"/>
    <allow receive_type="signal"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
  </policy>
</busconfig>
`;
}
