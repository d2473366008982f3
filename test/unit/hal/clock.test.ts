import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock, WAKE_MS_MAX } from '../../../hal/linux/clock.ts';

const noon = Date.UTC(2026, 10, 21, 12);

describe('the clock of a Linux board', () => {
  let folder = '';
  const paths = () => ({ syncMark: join(folder, 'synchronized'), chip: join(folder, 'since_epoch') });
  const setChip = (ms: number): void => writeFileSync(paths().chip, `${Math.floor(ms / 1000)}\n`);
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
    ['the chip gives no number', () => writeFileSync(paths().chip, 'garbage')],
  ])('is `lost` when %s', (_case, prepare) => {
    prepare();
    expect(createClock(paths()).read().source).toBe('lost');
  });

  it('becomes `synchronised` as soon as network time has set it', () => {
    const clock = createClock(paths());
    expect(clock.read().source).toBe('lost');
    writeFileSync(paths().syncMark, '');
    expect(clock.read().source).toBe('synchronised');
  });

  it('is `lost` at any time before the program was written, whoever vouches for it', () => {
    writeFileSync(paths().syncMark, '');
    vi.setSystemTime(0);
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
