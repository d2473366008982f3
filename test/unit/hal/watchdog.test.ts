import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createServiceManager, serviceManagerTerms } from '../../../hal/linux/service-manager.ts';
import { createWatchdog, RESTART_EXIT_CODE } from '../../../hal/linux/watchdog.ts';

const patience = { timeout: 60_000, interval: 10 };
const noSocat = spawnSync('socat', ['-V']).error !== undefined && process.env.CI !== 'true';

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

  /** A socket like systemd's, and what arrives on it. */
  const listen = async (kind: 'UNIX-RECV' | 'ABSTRACT-RECV', socket: string, into: string) => {
    const socat = spawn('socat', ['-d', '-d', '-u', `${kind}:${socket}`, `OPEN:${into},creat,append`]);
    onTestFinished(() => void socat.kill('SIGKILL'));
    let said = '';
    socat.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    await vi.waitFor(() => expect(said).toContain('starting data transfer loop'), patience);
    return () => (existsSync(into) ? readFileSync(into, 'utf8') : '');
  };

  it.skipIf(noSocat)(
    'hears that the unit is ready, lives, and ends as planned, each a datagram of its own',
    async () => {
      const folder = buildFolder();
      const socket = join(folder, 'notify');
      const heard = await listen('UNIX-RECV', socket, join(folder, 'heard'));
      const watchdog = createWatchdog({ log: silent, serviceManager: { socket, silenceMsMax: 60 } });
      watchdog.kick();
      await vi.waitFor(() => expect(heard()).toMatch(/^READY=1(WATCHDOG=1){2,}/), patience);
      watchdog.close();
      await vi.waitFor(() => expect(heard()).toMatch(/STOPPING=1$/), patience);
    },
  );

  it.skipIf(noSocat)('is not told that a unit is ready whose firmware has not kicked', async () => {
    const folder = buildFolder();
    const socket = join(folder, 'notify');
    const heard = await listen('UNIX-RECV', socket, join(folder, 'heard'));
    createWatchdog({ log: silent, serviceManager: { socket, silenceMsMax: 30 } }).close();
    await vi.waitFor(() => expect(heard()).toBe('STOPPING=1'), patience);
  });

  it.skipIf(noSocat)('is reached on an abstract socket, and through a new relay when one has ended', async () => {
    const folder = buildFolder();
    const name = `dosis-test-${process.pid}`;
    const logged: string[] = [];
    const log = { write: (level: string, text: string) => void logged.push(`${level} ${text}`) };
    const manager = createServiceManager(log, { socket: `@${name}`, silenceMsMax: undefined });
    // Nobody listens yet: the relay ends.
    manager.tell('STATUS=first');
    await vi.waitFor(() => expect(logged).toHaveLength(1), patience);
    expect(logged[0]).toMatch(/^warning The service manager cannot be told/);
    const heard = await listen('ABSTRACT-RECV', name, join(folder, 'heard'));
    manager.tell('STATUS=second');
    await vi.waitFor(() => expect(heard()).toBe('STATUS=second'), patience);
    manager.close();
  });
});
