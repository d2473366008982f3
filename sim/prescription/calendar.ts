/**
 * Civil time for people and judges, on purpose unlike the firmware's: whole-day arithmetic and a list of the zone's clock
 * changes found by bisection. Slow to build, then only comparisons.
 */
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Days since 1970-01-01 of a proleptic Gregorian date (Hinnant, "chrono-compatible low-level date algorithms"). */
export function dayNumberOf(date: string): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** The inverse of `dayNumberOf`: `YYYY-MM-DD`. */
export function dateOf(dayNumber: number): string {
  const shifted = dayNumber + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** Whether the calendar has such a day: `2026-02-30` is refused. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && dateOf(dayNumberOf(text)) === text;
}

/** 0 is Monday. */
export function weekdayOf(dayNumber: number): number {
  return (((dayNumber + 3) % 7) + 7) % 7;
}

interface Span {
  readonly fromMs: number;
  readonly offsetMs: number;
}

/** One zone's offsets between two years, ready for fast questions. */
export class ZoneCalendar {
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #spans: Span[] = [];
  #knownFromMs: number;
  #knownToMs: number;
  #lastSpan = 0;

  private constructor(zone: string, aroundMs: number) {
    this.zone = zone;
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });
    this.#knownFromMs = aroundMs - 400 * dayMs;
    this.#knownToMs = this.#knownFromMs;
    this.#spans.push({ fromMs: this.#knownFromMs, offsetMs: this.#ask(this.#knownFromMs) });
    this.#extendTo(aroundMs + 800 * dayMs);
  }

  static readonly #known = new Map<string, ZoneCalendar>();

  /** The calendar of a zone, shared by all who ask. @throws RangeError for a zone nobody knows */
  static of(zone: string, aroundMs: number): ZoneCalendar {
    const known = ZoneCalendar.#known.get(zone);
    if (known !== undefined && aroundMs - 200 * dayMs >= known.#knownFromMs) return known;
    const made = new ZoneCalendar(zone, aroundMs);
    ZoneCalendar.#known.set(zone, made);
    return made;
  }

  /** What the zone adds to UTC at an instant. */
  offsetMs(ms: number): number {
    if (ms >= this.#knownToMs) this.#extendTo(ms + 400 * dayMs);
    const spans = this.#spans;
    let index = this.#lastSpan;
    while (index > 0 && (spans[index] as Span).fromMs > ms) index -= 1;
    while (index + 1 < spans.length && (spans[index + 1] as Span).fromMs <= ms) index += 1;
    this.#lastSpan = index;
    return (spans[index] as Span).offsetMs;
  }

  /**
   * The instant of a local minute: the first of two in a repeated hour; in a skipped hour, as much later as the
   * clock jumps.
   */
  instantOf(dayNumber: number, minuteOfDay: number): number {
    const naiveMs = dayNumber * dayMs + minuteOfDay * minuteMs;
    const before = this.offsetMs(naiveMs - dayMs);
    const after = this.offsetMs(naiveMs + dayMs);
    if (this.offsetMs(naiveMs - before) === before) return naiveMs - before;
    if (this.offsetMs(naiveMs - after) === after) return naiveMs - after;
    return naiveMs - before;
  }

  dayNumberAt(ms: number): number {
    return Math.floor((ms + this.offsetMs(ms)) / dayMs);
  }

  /** RFC 3339 with the zone's offset and whole milliseconds only when there are any. */
  format(ms: number): string {
    const offsetMs = this.offsetMs(ms);
    const localMs = ms + offsetMs;
    const dayNumber = Math.floor(localMs / dayMs);
    const inDay = localMs - dayNumber * dayMs;
    const millis = inDay % 1000;
    const offsetMinutes = Math.abs(offsetMs) / minuteMs;
    return (
      `${dateOf(dayNumber)}T${two(Math.floor(inDay / hourMs))}:${two(Math.floor(inDay / minuteMs) % 60)}:` +
      `${two(Math.floor(inDay / 1000) % 60)}${millis === 0 ? '' : `.${String(millis).padStart(3, '0')}`}` +
      `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(offsetMinutes / 60))}:${two(Math.floor(offsetMinutes % 60))}`
    );
  }

  #extendTo(ms: number): void {
    const stepMs = 7 * dayMs;
    while (this.#knownToMs < ms) {
      const fromMs = this.#knownToMs;
      const toMs = fromMs + stepMs;
      const was = this.#ask(fromMs);
      const is = this.#ask(toMs);
      if (was !== is) this.#spans.push({ fromMs: this.#bisect(fromMs, toMs, was), offsetMs: is });
      this.#knownToMs = toMs;
    }
  }

  /** The first instant at which the offset is no longer `was`. */
  #bisect(fromMs: number, toMs: number, was: number): number {
    let low = fromMs;
    let high = toMs;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#ask(middle) === was) low = middle;
      else high = middle;
    }
    return high;
  }

  #ask(ms: number): number {
    const name = this.#format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const found = /^GMT(?:([+-])(\d{2}):?(\d{2})?(?::(\d{2}))?)?$/.exec(name);
    if (found?.[1] === undefined) return 0;
    const amount = Number(found[2]) * hourMs + Number(found[3] ?? 0) * minuteMs + Number(found[4] ?? 0) * 1000;
    return found[1] === '-' ? -amount : amount;
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
