import type { ClockReading } from '../../hal/ports/clock.ts';

/** The farthest wall and monotonic time may drift apart between two readings before the wall clock is doubted. */
export const DIVERGENCE_MS_MAX = 2 * 60_000;

/** The last reading of this boot and what was thought of it. */
export interface ClockOpinion {
  readonly reading: ClockReading;
  readonly trusted: boolean;
}

/**
 * Whether a reading's wall time may be believed. A synchronised clock is believed. A clock chip is believed while it
 * runs on from a believed reading; at boot, while it is not behind the last instant the ledger saw. A chip that lost
 * power, stepped, or went back is doubted until something synchronises it.
 */
export function isTrusted(reading: ClockReading, last: ClockOpinion | null, lastSeenWallMs: number): boolean {
  if (reading.source === 'synchronised') return true;
  if (reading.source === 'lost') return false;
  if (last === null) return reading.wallMs >= lastSeenWallMs - DIVERGENCE_MS_MAX;
  if (!last.trusted) return false;
  const wallBy = reading.wallMs - last.reading.wallMs;
  const monoBy = reading.monoMs - last.reading.monoMs;
  return Math.abs(wallBy - monoBy) <= DIVERGENCE_MS_MAX;
}
