import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock } from '../../../hal/linux/clock.ts';
import { WAKE_MS_MAX } from '../../../hal/ports/clock.ts';

const noon = Date.UTC(2026, 10, 21, 12);

describe('the clock of a Linux board', () => {
  let folder = '';
  const paths = () => ({
    syncMark: join(folder, 'synchronized'),
    chips: join(folder, 'rtc'),
    cell: join(folder, 'cell'),
  });
  const writeChip = (text: string, name = 'rtc0'): void => {
    mkdirSync(join(folder, 'rtc', name), { recursive: true });
    writeFileSync(join(folder, 'rtc', name, 'since_epoch'), text);
  };
  const setChip = (ms: number, name?: string): void => writeChip(`${Math.floor(ms / 1000)}\n`, name);
  /** What systemd-timesyncd does each time that it has set the clock. */
  const synchronise = (): void => {
    writeFileSync(paths().syncMark, '');
    utimesSync(paths().syncMark, new Date(Date.now()), new Date(Date.now()));
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dosis-clock-'));
    vi.useFakeTimers({ now: noon });
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  it('reads both clocks: wall time, and milliseconds since boot that a step of the wall clock does not move', () => {
    const clock = createClock(paths());
    const before = clock.read();
    vi.setSystemTime(noon - 3_600_000);
    const after = clock.read();
    expect(before.wallMs).toBe(noon);
    expect(after.wallMs).toBe(noon - 3_600_000);
    expect(after.monoMs).toBeGreaterThanOrEqual(before.monoMs);
    expect(after.monoMs).toBeLessThanOrEqual(uptime() * 1000 + 1);
  });

  it('is `lost` when nothing vouches for it, `rtc` when it was set from a chip that kept time', () => {
    expect(createClock(paths()).read().source).toBe('lost');
    setChip(noon - 30_000);
    expect(createClock(paths()).read().source).toBe('rtc');
  });

  it.each([
    ['the chip says something else than the system clock', () => setChip(noon - 86_400_000)],
    ['the chip gives no number', () => writeChip('garbage')],
    // What a read of a chip that lost its power gives: nothing.
    ['its driver refuses to tell the time of a chip that lost power', () => writeChip('')],
    [
      'its driver says that the cell is dead',
      () => {
        setChip(noon);
        writeFileSync(paths().cell, 'rtc_time\t: 12:00:00\nbatt_status\t: dead\n');
      },
    ],
  ])('is `lost` when %s', (_case, prepare) => {
    prepare();
    expect(createClock(paths()).read().source).toBe('lost');
  });

  it('is `rtc` when any of several chips kept time, and its cell is well', () => {
    setChip(0, 'rtc0');
    setChip(noon + 1_000, 'rtc1');
    writeFileSync(paths().cell, 'batt_status\t: okay\n');
    expect(createClock(paths()).read().source).toBe('rtc');
  });

  it('becomes `synchronised` as soon as network time has set it', () => {
    const clock = createClock(paths());
    expect(clock.read().source).toBe('lost');
    synchronise();
    expect(clock.read().source).toBe('synchronised');
  });

  it('runs on as `rtc` once network time has been silent for a day, also without a chip, until it is heard again', () => {
    const clock = createClock(paths());
    synchronise();
    vi.setSystemTime(noon + 23 * 3_600_000);
    expect(clock.read().source).toBe('synchronised');
    vi.setSystemTime(noon + 9 * 86_400_000);
    expect(clock.read().source).toBe('rtc');
    synchronise();
    expect(clock.read().source).toBe('synchronised');
  });

  it('is not called `synchronised` once it was set back behind what network time said', () => {
    const clock = createClock(paths());
    synchronise();
    expect(clock.read().source).toBe('synchronised');
    vi.setSystemTime(noon - 3_600_000);
    expect(clock.read().source).toBe('rtc');
  });

  it('is `lost` at any time before the program was written, whoever vouches for it', () => {
    vi.setSystemTime(0);
    synchronise();
    expect(createClock({ ...paths(), assume: 'rtc' }).read().source).toBe('lost');
  });

  it('can be told what to assume where there is neither chip nor mark', () => {
    expect(createClock({ ...paths(), assume: 'rtc' }).read().source).toBe('rtc');
  });

  it('wakes after the delay, and after 30 s at the latest', () => {
    const clock = createClock(paths());
    const wake = vi.fn();
    clock.wakeAfter(500, wake);
    vi.advanceTimersByTime(499);
    expect(wake).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(1);
    expect(wake).toHaveBeenCalledTimes(1);
    clock.wakeAfter(2 ** 40, wake);
    vi.advanceTimersByTime(WAKE_MS_MAX);
    expect(wake).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(10 * WAKE_MS_MAX);
    expect(wake).toHaveBeenCalledTimes(2);
  });

  it('forgets the earlier wake when asked for another, and every wake when stopped', () => {
    const clock = createClock(paths());
    const [first, second, third] = [vi.fn(), vi.fn(), vi.fn()];
    clock.wakeAfter(100, first);
    clock.wakeAfter(-5, second);
    vi.advanceTimersByTime(1000);
    clock.wakeAfter(100, third);
    clock.stop();
    vi.advanceTimersByTime(1000);
    expect([first, second, third].map((wake) => wake.mock.calls.length)).toEqual([0, 1, 0]);
  });
});
