import { Temporal } from 'temporal-polyfill';
import { type Weekday, weekdays } from '../../protocol/messages/config.ts';

/** A calendar day in some zone, `YYYY-MM-DD`. Carries no offset, so both hours of an autumn night share one. */
export type LocalDate = string;
/** Local wall time, `HH:MM`, 24-hour. */
export type LocalTime = string;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** An instant as the wire has it: whole seconds since 1970, within what fits there. */
export function epochSecondsAt(ms: number): number {
  return Math.min(0xffff_ffff, Math.max(0, Math.floor(ms / 1000)));
}

interface LocalDay {
  readonly date: LocalDate;
  readonly startMs: number;
  readonly endMs: number;
}

/** Asking the polyfill is slow (about 10 µs); a day answers for all its instants. */
const knownDays = new Map<string, LocalDay[]>();
const KNOWN_DAYS_MAX = 8;

export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant of a local time on a date, with RFC 5545's rule (`compatible`): a time that the spring gap skips comes
 * as much later (02:30 → 03:30 summer time), a time that the autumn night repeats means the first of the two.
 */
export function instantOf(date: LocalDate, time: LocalTime, zone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) })
    .epochMilliseconds;
}

/** The local date at an instant. */
export function localDateAt(ms: number, zone: string): LocalDate {
  let days = knownDays.get(zone);
  if (days === undefined) {
    days = [];
    knownDays.set(zone, days);
  }
  for (const day of days) {
    if (ms >= day.startMs && ms < day.endMs) return day.date;
  }
  const day = localDayAt(ms, zone);
  days.unshift(day);
  if (days.length > KNOWN_DAYS_MAX) days.pop();
  return day.date;
}

function localDayAt(ms: number, zone: string): LocalDay {
  const start = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).startOfDay();
  return {
    date: start.toPlainDate().toString(),
    startMs: start.epochMilliseconds,
    endMs: start.add({ days: 1 }).startOfDay().epochMilliseconds,
  };
}

/** The panel shows the same few instants again and again. */
const knownTimes = new Map<string, LocalTime>();
const KNOWN_TIMES_MAX = 256;

/** Local wall time at an instant, `HH:MM`. */
export function localTimeAt(ms: number, zone: string): LocalTime {
  const key = `${ms} ${zone}`;
  const known = knownTimes.get(key);
  if (known !== undefined) return known;
  if (knownTimes.size >= KNOWN_TIMES_MAX) knownTimes.clear();
  const time = Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
  knownTimes.set(key, time);
  return time;
}

const daysAfter = new Map<LocalDate, LocalDate>();
const DAYS_AFTER_MAX = 1024;

/** The date after; pure calendar arithmetic, so no zone is needed. */
export function dayAfter(date: LocalDate): LocalDate {
  const known = daysAfter.get(date);
  if (known !== undefined) return known;
  if (daysAfter.size >= DAYS_AFTER_MAX) daysAfter.clear();
  const after = Temporal.PlainDate.from(date).add({ days: 1 }).toString();
  daysAfter.set(date, after);
  return after;
}

export function weekdayOf(date: LocalDate): Weekday {
  return weekdays[Temporal.PlainDate.from(date).dayOfWeek - 1] as Weekday;
}

/** Minutes since local midnight of an `HH:MM`. */
export function minutesOf(time: LocalTime): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
