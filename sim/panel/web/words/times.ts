import type { Language } from './language.ts';

/** A civil date and time as a person reads it, without zone. */
export interface Civil {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** `HH:MM:SS` */
  readonly time: string;
}

const names = {
  da: {
    days: ['søndag', 'mandag', 'tirsdag', 'onsdag', 'torsdag', 'fredag', 'lørdag'],
    months: 'januar februar marts april maj juni juli august september oktober november december'.split(' '),
    short: 'jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.'.split(' '),
  },
  en: {
    days: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
    months: 'January February March April May June July August September October November December'.split(' '),
    short: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
  },
} as const;

/** Reads what the clock on the wall says from an RFC 3339 text: the offset has done its work already. */
export function civilOf(rfc3339: string): Civil {
  return { date: rfc3339.slice(0, 10), time: rfc3339.slice(11, 19) };
}

const copenhagen = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Copenhagen',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** The local Danish time of an instant given as RFC 3339, Unix seconds or Unix milliseconds; `null` if it is none. */
export function civilOfInstant(instant: unknown): Civil | null {
  if (typeof instant === 'string' && /[+-]\d\d:\d\d$/.test(instant)) return civilOf(instant);
  const ms = toMs(instant);
  if (!Number.isFinite(ms)) return null;
  const [date = '', time = ''] = copenhagen.format(ms).split(' ');
  return { date, time };
}

function toMs(instant: unknown): number {
  if (typeof instant === 'string') return Date.parse(instant);
  if (typeof instant !== 'number') return Number.NaN;
  // Seconds stay below this bound until the year 5138, milliseconds have been above it since 1973.
  return instant < 1e11 ? instant * 1000 : instant;
}

/** `fredag 21. november 2025` / `Friday 21 November 2025` */
export function longDate(date: string, language: Language): string {
  const [year, month, day] = parts(date);
  const { days, months } = names[language];
  const weekday = days[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return language === 'da'
    ? `${weekday} ${day}. ${months[month - 1]} ${year}`
    : `${weekday} ${day} ${months[month - 1]} ${year}`;
}

/** `21. nov.` / `21 Nov` */
export function shortDate(date: string, language: Language): string {
  const [, month, day] = parts(date);
  const name = names[language].short[month - 1];
  return language === 'da' ? `${day}. ${name}` : `${day} ${name}`;
}

function parts(date: string): [number, number, number] {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  return [year, month, day];
}

/** Minutes since midnight of `HH:MM` (or `HH:MM:SS`). */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
