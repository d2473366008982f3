import { readdirSync, readFileSync, statSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { type Clock, type ClockReading, type ClockSource, WAKE_MS_MAX } from '../ports/clock.ts';

export interface ClockOptions {
  /** A file that network time touches each time it sets the clock (systemd-timesyncd.service(8), FILES). */
  readonly syncMark?: string;
  /** The clock chips, a folder each; `since_epoch` in it is their seconds since 1970 (Linux ABI, sysfs-class-rtc). */
  readonly chips?: string;
  /** What drivers tell of the first chip's cell, where they do (`batt_status`). */
  readonly cell?: string;
  /** Says how far to trust the time where neither can be seen: in a container, on a developer's machine. */
  readonly assume?: ClockSource;
}

export interface LinuxClock extends Clock {
  /** Drops the pending wake, so that the process can end. */
  stop(): void;
}

/** The system clock must agree with the chip to this, or it was never set from it. */
const CHIP_ERROR_MS_MAX = 120_000;

/** No unit runs before this program was written: an earlier time is a guess of the board, whatever vouches for it. */
const WALL_MS_MIN = Date.UTC(2026, 0, 1);

/** Network time is asked for every 34 minutes at the latest: one that has been silent for a day vouches for nothing new. */
const SYNC_AGE_MS_MAX = 24 * 3_600_000;

/**
 * The clocks of a Linux board. Wall time is `Date.now()`. Monotonic time is `/proc/uptime`, which counts CLOCK_BOOTTIME
 * and so goes on during suspend, unlike `process.hrtime` and `performance.now` (CLOCK_MONOTONIC); it has steps of 10 ms.
 * On other systems `os.uptime` may follow the wall clock: fine to look at, not to dispense by.
 */
export function createClock(options: ClockOptions = {}): LinuxClock {
  const source = createSource(options);
  let timer: NodeJS.Timeout | undefined;
  return {
    read(): ClockReading {
      const wallMs = Date.now();
      return { wallMs, monoMs: Math.round(uptime() * 1000), source: source(wallMs) };
    },
    wakeAfter(delayMs: number, wake: () => void): void {
      clearTimeout(timer);
      timer = setTimeout(wake, Math.min(Math.max(delayMs, 0), WAKE_MS_MAX));
    },
    stop(): void {
      clearTimeout(timer);
    },
  };
}

function createSource(options: ClockOptions): (wallMs: number) => ClockSource {
  const { syncMark = '/run/systemd/timesync/synchronized' } = options;
  let held: ClockSource = options.assume ?? (chipVouches(options) ? 'rtc' : 'lost');
  return (wallMs) => {
    if (wallMs < WALL_MS_MIN) return 'lost';
    const ageMs = wallMs - touchedMs(syncMark);
    if (Number.isNaN(ageMs)) return held;
    // From then on the board's own crystal runs on from network time, as a chip would.
    if (held === 'lost') held = 'rtc';
    return ageMs >= -CHIP_ERROR_MS_MAX && ageMs <= SYNC_AGE_MS_MAX ? 'synchronised' : held;
  };
}

/** When network time last set the clock; not a number before it has since boot. */
function touchedMs(syncMark: string): number {
  return statSync(syncMark, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
}

/**
 * Whether the system clock was set from a chip that kept time. Read once at start: a chip on a slow bus takes milliseconds,
 * and only the start of the system clock hangs on it. A driver whose chip lost power refuses to be read; a chip without a
 * cell begins at 1970; either way the two do not agree. A cell that its driver calls dead vouches for nothing.
 */
function chipVouches({ chips = '/sys/class/rtc', cell = '/proc/driver/rtc' }: ClockOptions): boolean {
  if (/^batt_status\s*:\s*(dead|low|bad)/m.test(readText(cell))) return false;
  return namesIn(chips).some((name) => {
    const text = readText(join(chips, name, 'since_epoch')).trim();
    return /^\d+$/.test(text) && Math.abs(Date.now() - Number(text) * 1000) <= CHIP_ERROR_MS_MAX;
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
