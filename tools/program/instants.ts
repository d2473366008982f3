import { Temporal } from 'temporal-polyfill';

const unitS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
/** `21.11.2026, 08.02` and `21/11/2026, 08:02`, as people are shown it. */
const shown = /^(\d{1,2})[./](\d{1,2})[./](\d{4})(?:,? (\d{2})[.:](\d{2}))?$/;

/** `45s`, `30m`, `2h` or `7d`, in seconds; undefined for any other text. */
export function durationIn(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (unitS[unit] ?? 0);
}

/**
 * An instant, epoch seconds: a time of day by the clocks of a zone, unless it says which it means itself. Undefined for
 * what is none, such as 31 February.
 * @param zone as the IANA database has it
 */
export function instantIn(text: string, zone: string): number | undefined {
  try {
    return Math.floor(instantOf(text, zone).epochMilliseconds / 1000);
  } catch {
    return undefined;
  }
}

/** The zone that the clock of this computer is set to. */
export function zoneHere(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** @throws RangeError */
function instantOf(text: string, zone: string): Temporal.Instant {
  if (/T.*(Z|[+-]\d{2}:?\d{2})$/i.test(text)) return Temporal.Instant.from(text);
  const [, day = '', month = '', year, hour = '00', minute = '00'] = shown.exec(text) ?? [];
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${hour}:${minute}`;
  return Temporal.PlainDateTime.from(year === undefined ? text : iso, { overflow: 'reject' })
    .toZonedDateTime(zone)
    .toInstant();
}
