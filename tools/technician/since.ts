import { Temporal } from 'temporal-polyfill';
import { mistake } from './problem.ts';
import type { TechWords } from './words.ts';
import type { Zone } from './zone.ts';

const unitS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
/** `21.11.2026, 08.02` and `21/11/2026, 08:02`, as the logs show it. */
const shown = /^(\d{1,2})[./](\d{1,2})[./](\d{4})(?:,? (\d{2})[.:](\d{2}))?$/;

/**
 * The instant from which on something is wanted, epoch seconds: how long ago, or a time of day by the clocks that are
 * shown, unless it says which it means itself. @throws TechProblem
 */
export function sinceOf(t: TechWords, text: string, { name }: Zone): number {
  const [, number, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (number !== undefined) return Math.floor(Date.now() / 1000) - Number(number) * (unitS[unit] ?? 0);
  const from = usable(() => instantOf(text, name));
  if (from === undefined) throw mistake(t, 'sinceMisread', text);
  return Math.floor(from.epochMilliseconds / 1000);
}

function usable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
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
