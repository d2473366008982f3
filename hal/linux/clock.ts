import { existsSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Clock, ClockReading, ClockSource } from '../ports/clock.ts';

export interface ClockOptions {
  /** A file that exists once network time has set the clock since boot (systemd-timesyncd.service(8), FILES). */
  readonly syncMark?: string;
  /** The clock chip's seconds since 1970 (Linux ABI, sysfs-class-rtc). Drivers refuse the read when the chip lost power. */
  readonly chip?: string;
  /** Says how far to trust the time where neither can be seen: in a container, on a developer's machine. */
  readonly assume?: ClockSource;
}

export interface LinuxClock extends Clock {
  /** Drops the pending wake, so that the process can end. */
  stop(): void;
}

/** A step of the wall clock or a suspend is noticed within this time, because the caller reads the clock at each wake. */
export const WAKE_MS_MAX = 30_000;

/** The system clock must agree with the chip to this, or it was never set from it. */
const CHIP_ERROR_MS_MAX = 120_000;

/** No unit runs before this program was written: an earlier time is a guess of the board, whatever vouches for it. */
const WALL_MS_MIN = Date.UTC(2026, 0, 1);

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
  const { syncMark = '/run/systemd/timesync/synchronized', chip = '/sys/class/rtc/rtc0/since_epoch' } = options;
  const before: ClockSource = options.assume ?? (chipAgrees(chip) ? 'rtc' : 'lost');
  let synchronised = false;
  return (wallMs) => {
    if (wallMs < WALL_MS_MIN) return 'lost';
    // The mark lies in /run and is never taken away before the next boot: looked for only until it is there.
    synchronised ||= existsSync(syncMark);
    return synchronised ? 'synchronised' : before;
  };
}

/** Read once at start: a chip on a slow bus takes milliseconds, and only the start of the system clock hangs on it. */
function chipAgrees(path: string): boolean {
  try {
    const chipMs = Number(readFileSync(path, 'utf8')) * 1000;
    return Math.abs(Date.now() - chipMs) <= CHIP_ERROR_MS_MAX;
  } catch {
    return false;
  }
}
