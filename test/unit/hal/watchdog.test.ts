import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createServiceManager, serviceManagerTerms } from '../../../hal/linux/service-manager.ts';
import { createWatchdog, RESTART_EXIT_CODE } from '../../../hal/linux/watchdog.ts';

const patience = { timeout: 60_000, interval: 10 };
const noSystemd = spawnSync('systemd-notify', ['--version']).error !== undefined && process.env.CI !== 'true';

/** Like systemd it lets go of what comes with a datagram (the pipe of a barrier), which socat does not. */
const LISTENER = `$| = 1; my $at = shift; $at =~ s/^@/\\0/; socket(S, AF_UNIX, SOCK_DGRAM, 0) or die $!;
bind(S, pack_sockaddr_un($at)) or die $!; print "listening\\n"; while (defined recv(S, my $state, 4096, 0)) { print "$state\\n" }`;

function buildFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-watchdog-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const silent = { write: () => undefined };

describe('the kernel’s watchdog', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const build = (timeoutS = '15') => {
    const folder = buildFolder();
    const [device, timeoutFile] = [join(folder, 'watchdog'), join(folder, 'timeout')];
    writeFileSync(timeoutFile, `${timeoutS}\n`);
    const watchdog = createWatchdog({ log: silent, device, timeoutFile });
    return { watchdog, written: () => readFileSync(device, 'utf8') };
  };

  it('gets a sign of life at each kick', () => {
    const { watchdog, written } = build();
    watchdog.kick();
    watchdog.kick();
    expect(written()).toBe('..');
  });

  it('gets three within its time-out while the firmware sleeps, and none once that is silent for too long', () => {
    const { watchdog, written } = build('15');
    watchdog.kick();
    vi.advanceTimersByTime(30_000);
    expect(written()).toHaveLength(1 + 6);
    vi.advanceTimersByTime(3_600_000);
    expect(written()).toHaveLength(1 + 17);
    watchdog.kick();
    vi.advanceTimersByTime(5_000);
    expect(written()).toHaveLength(1 + 17 + 2);
  });

  it('is served as one of ten seconds where the kernel does not tell how patient it is', () => {
    const { watchdog, written } = build('unknown');
    watchdog.kick();
    vi.advanceTimersByTime(10_000);
    expect(written()).toHaveLength(1 + 3);
  });

  it('is disarmed by a planned end, and by nothing else', () => {
    const { watchdog, written } = build();
    watchdog.kick();
    expect(written()).not.toContain('V');
    watchdog.close();
    watchdog.close();
    watchdog.kick();
    vi.advanceTimersByTime(60_000);
    expect(written()).toBe('.V');
  });

  it('does nothing at a kick without a device, and refuses to start without a device it was promised', () => {
    createWatchdog({ log: silent }).kick();
    expect(() => createWatchdog({ log: silent, device: '/nowhere/watchdog' })).toThrow(/ENOENT/);
  });
});

describe('an asked-for restart', () => {
  it('logs the reason and ends the process with the documented code', () => {
    const script = `
      import { createLog } from './hal/linux/log.ts';
      import { createWatchdog } from './hal/linux/watchdog.ts';
      createWatchdog({ log: createLog() }).restart('the store failed');`;
    const child = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], { encoding: 'utf8' });
    expect(child.status).toBe(RESTART_EXIT_CODE);
    expect(child.stderr).toContain('error restarting: the store failed');
  });
});

describe('the service manager', () => {
  it('tells by the environment where it listens and how patient it is', () => {
    expect(serviceManagerTerms({})).toBeUndefined();
    expect(serviceManagerTerms({ NOTIFY_SOCKET: '/run/systemd/notify' })).toEqual({
      socket: '/run/systemd/notify',
      silenceMsMax: undefined,
    });
    expect(serviceManagerTerms({ NOTIFY_SOCKET: '@systemd', WATCHDOG_USEC: '90000000' })?.silenceMsMax).toBe(90_000);
  });

  /** A socket like systemd's, and what arrives on it, datagram by datagram. */
  const listen = async (socket: string) => {
    const listener = spawn('perl', ['-MSocket', '-e', LISTENER, socket]);
    onTestFinished(() => void listener.kill('SIGKILL'));
    let said = '';
    listener.stdout.on('data', (text: Buffer) => {
      said += text.toString();
    });
    await vi.waitFor(() => expect(said).toBe('listening\n'), patience);
    return { listener, heard: () => said.split('\n').slice(1, -1) };
  };
  const keepLog = () => {
    const logged: string[] = [];
    return { logged, log: { write: (level: string, text: string) => void logged.push(`${level} ${text}`) } };
  };

  it.skipIf(noSystemd)('hears that the unit is ready, lives, and ends as planned, in this order', async () => {
    const socket = join(buildFolder(), 'notify');
    const { heard } = await listen(socket);
    const states = () => heard().filter((state) => state !== 'BARRIER=1');
    const { log, logged } = keepLog();
    const watchdog = createWatchdog({ log, serviceManager: { socket, silenceMsMax: 60 } });
    watchdog.kick();
    await vi.waitFor(() => expect(states().slice(0, 3)).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1']), patience);
    watchdog.close();
    await vi.waitFor(() => expect(states().at(-1)).toBe('STOPPING=1'), patience);
    expect(logged).toEqual([]);
  });

  it.skipIf(noSystemd)('is not told that a unit is ready whose firmware has not kicked', async () => {
    const socket = join(buildFolder(), 'notify');
    const { heard } = await listen(socket);
    createWatchdog({ log: silent, serviceManager: { socket, silenceMsMax: 30 } }).close();
    await vi.waitFor(() => expect(heard()[0]).toBe('STOPPING=1'), patience);
  });

  it.skipIf(noSystemd)('is not left before it has heard each word, and hears one that waits only once', async () => {
    const socket = join(buildFolder(), 'notify');
    const { heard, listener } = await listen(socket);
    const manager = createServiceManager(silent, { socket, silenceMsMax: undefined });
    listener.kill('SIGSTOP');
    for (const state of ['READY=1', 'WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1']) manager.tell(state);
    listener.kill('SIGCONT');
    const states = ['READY=1', 'WATCHDOG=1', 'STOPPING=1'];
    await vi.waitFor(() => expect(heard()).toEqual(states.flatMap((state) => [state, 'BARRIER=1'])), patience);
  });

  it.skipIf(noSystemd)('is reached on an abstract socket, also when nobody listened at first', async () => {
    const socket = `@dosis-test-${process.pid}`;
    const { log, logged } = keepLog();
    const manager = createServiceManager(log, { socket, silenceMsMax: undefined });
    manager.tell('STATUS=first');
    await vi.waitFor(() => expect(logged).toHaveLength(1), patience);
    expect(logged[0]).toMatch(/^warning The service manager cannot be told how the unit is: .*Connection refused\.$/);
    const { heard } = await listen(socket);
    manager.tell('STATUS=a second one');
    await vi.waitFor(() => expect(heard()[0]).toBe('STATUS=a second one'), patience);
  });

  it('is missed with a warning in the log where systemd’s program is not there', async () => {
    vi.stubEnv('PATH', buildFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const { log, logged } = keepLog();
    const manager = createServiceManager(log, { socket: '@nobody', silenceMsMax: undefined });
    manager.tell('READY=1');
    await vi.waitFor(() => expect(logged).toHaveLength(1), patience);
    expect(logged[0]).toMatch(/^warning The service manager cannot be told .*systemd-notify ENOENT\.$/);
  });
});
