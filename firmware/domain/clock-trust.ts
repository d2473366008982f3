import type { ClockReading } from '../../hal/ports/clock.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './civil-time.ts';

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
  /** A startling network time that is not believed yet: the first reading that made it. */
  readonly claim: ClockReading | null;
}

/** What the ledger remembers of the clock from before this boot. */
export interface ClockPast {
  /** The last believed wall time that any commit saw; 0 on a unit that has never known the time. */
  readonly lastSeenWallMs: number;
  /** The clock was in doubt when the unit went down: a restart alone is no reason to believe it again. */
  readonly doubted: boolean;
}

/**
 * How long a unit may have been off before its clock chip alone no longer tells the date: as long as a roll lasts.
 * A chip that is wrong by a year would otherwise make a year's doses missed, and swallow them.
 */
export const OFF_MS_MAX = 14 * DAY_MS;

/** No clock has told this unit the time yet. */
const NEVER_MS = 0;

/** A network time that contradicts the running, believed clock by more than this is only a claim at first. */
export const CLAIM_STEP_MS_MAX = HOUR_MS;

/** A claim that stands for so long is believed. */
export const CLAIM_MS = 15 * MINUTE_MS;

/**
 * Whether a reading's wall time may be believed. A synchronised clock is believed, unless it startles: then once it has
 * stood for a while, because one wrong answer from the network could make weeks of doses missed and swallow them. A
 * clock chip is believed while it runs on from a believed reading, small steps added up; at boot, while it is neither
 * behind the last instant the ledger saw nor far ahead of it, and was not in doubt before. A chip that lost power,
 * stepped, or went back is doubted until something synchronises it.
 */
export function judgeClock(reading: ClockReading, last: ClockOpinion | null, past: ClockPast): ClockOpinion {
  const claim = claimOf(reading, last, past);
  const trusted =
    reading.source === 'synchronised'
      ? claim === null || reading.monoMs - claim.monoMs >= CLAIM_MS
      : isTrustedChip(reading, last, past);
  const anchored = last === null || (trusted && reading.source === 'synchronised');
  return { reading, trusted, anchor: anchored ? reading : last.anchor, claim: trusted ? null : claim };
}

function claimOf(reading: ClockReading, last: ClockOpinion | null, past: ClockPast): ClockReading | null {
  const held = last?.claim ?? null;
  if (reading.source !== 'synchronised') return held;
  if (held !== null && runsOn(reading, held, DRIFT_MAX)) return held;
  return startles(reading, last, past) ? reading : null;
}

function startles(reading: ClockReading, last: ClockOpinion | null, { lastSeenWallMs }: ClockPast): boolean {
  if (last === null) {
    if (lastSeenWallMs === NEVER_MS) return false;
    const offMs = reading.wallMs - lastSeenWallMs;
    return offMs < -CLAIM_STEP_MS_MAX || offMs > OFF_MS_MAX;
  }
  // Against a chip in doubt anything is better.
  if (!last.trusted && last.claim === null) return false;
  const monoBy = reading.monoMs - last.anchor.monoMs;
  return Math.abs(reading.wallMs - last.anchor.wallMs - monoBy) > CLAIM_STEP_MS_MAX + DRIFT_MAX * monoBy;
}

function isTrustedChip(reading: ClockReading, last: ClockOpinion | null, past: ClockPast): boolean {
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
