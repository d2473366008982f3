import { slotsMax } from '../../protocol/limits.ts';
import { type ConfigDocument, type Weekday, weekdays } from '../../protocol/messages/config.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Seven in the morning, far from midnight. */
const FIRST_HOUR = 7;

/** When the first window of such a plan opens on the day of an instant. */
export function firstWindowMs(dayMs: number): number {
  return Math.floor(dayMs / DAY_MS) * DAY_MS + FIRST_HOUR * 60 * MINUTE_MS;
}

/** A day with one window of a minute after the other: whoever never presses misses a dose each minute. */
export function minutePlan(dayMs: number): ConfigDocument {
  const slots = Array.from({ length: slotsMax }, (_, index) => ({
    id: `dose-${index + 1}`,
    at: `${two(FIRST_HOUR)}:${two(index)}`,
    days: [weekdayOf(dayMs)],
    beforeMinutes: 0,
    afterMinutes: 1,
  }));
  return {
    version: 1,
    profile: 'dual-roll',
    zone: 'UTC',
    language: 'da',
    serviceNumber: '70 12 34 56',
    regimen: { slots },
  };
}

/** 1 January 1970 was a Thursday. */
function weekdayOf(ms: number): Weekday {
  return weekdays[(Math.floor(ms / DAY_MS) + 3) % 7] as Weekday;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
