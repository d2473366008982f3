import type { ClockReading } from '../../hal/ports/clock.ts';
import { DAY_MS } from './civil-time.ts';

/** The farthest wall and monotonic time may drift apart between two readings before the wall clock is doubted. */
export const DIVERGENCE_MS_MAX = 2 * 60_000;

/** What two sound clocks may drift apart, as a share of the time passed: twice what a cheap crystal does. */
export const DRIFT_MAX = 0.001;

/** The last reading of this boot and what was thought of it. */
export interface ClockOpinion {
  readonly reading: ClockReading;
  readonly trusted: boolean;
  /** The reading from which steps are added up: the first of this boot, or the last synchronised one. */
  readonly anchor: ClockReading;
}

/** What the ledger remembers of the clock from before this boot. */
export interface ClockPast {
  /** The last believed wall time that any commit saw. */
  readonly lastSeenWallMs: number;
  /** The clock was in doubt when the unit went down: a restart alone is no reason to believe it again. */
  readonly doubted: boolean;
}

/**
 * How long a unit may have been off before its clock chip alone no longer tells the date: as long as a roll lasts.
 * A chip that is wrong by a year would otherwise make a year's doses missed, and swallow them.
 */
export const OFF_MS_MAX = 14 * DAY_MS;

/**
 * Whether a reading's wall time may be believed. A synchronised clock is believed. A clock chip is believed while it
 * runs on from a believed reading, small steps added up; at boot, while it is neither behind the last instant the
 * ledger saw nor far ahead of it, and was not in doubt before. A chip that lost power, stepped, or went back is
 * doubted until something synchronises it.
 */
export function judgeClock(reading: ClockReading, last: ClockOpinion | null, past: ClockPast): ClockOpinion {
  const trusted = isTrusted(reading, last, past);
  return { reading, trusted, anchor: last === null || reading.source === 'synchronised' ? reading : last.anchor };
}

function isTrusted(reading: ClockReading, last: ClockOpinion | null, past: ClockPast): boolean {
  if (reading.source === 'synchronised') return true;
  if (reading.source === 'lost') return false;
  if (last === null) {
    const offMs = reading.wallMs - past.lastSeenWallMs;
    return !past.doubted && offMs >= -DIVERGENCE_MS_MAX && offMs <= OFF_MS_MAX;
  }
  return last.trusted && runsOn(reading, last.reading, 0) && runsOn(reading, last.anchor, DRIFT_MAX);
}

/** Whether wall and monotonic time have gone equally far since an earlier reading, but for drift. */
function runsOn(reading: ClockReading, earlier: ClockReading, drift: number): boolean {
  const monoBy = reading.monoMs - earlier.monoMs;
  return Math.abs(reading.wallMs - earlier.wallMs - monoBy) <= DIVERGENCE_MS_MAX + drift * monoBy;
}
