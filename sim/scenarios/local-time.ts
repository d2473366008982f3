import { dayNumberOf, isDate, type ZoneCalendar } from '../prescription/calendar.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** The instant a story's author means, or one sentence on why there is none. */
export type Moment = { readonly ms: number } | { readonly sentence: string };

/** Reads `2026-03-02 08:05`, with seconds or an offset if need be. The pattern has been checked before. */
export function readLocalTime(text: string, calendar: ZoneCalendar): Moment {
  const date = text.slice(0, 10);
  const [hour = 0, minute = 0, second = 0] = text.slice(11).split(/[:+-]/, 3).map(Number);
  const hasSeconds = /^\d{2}:\d{2}:\d{2}/.test(text.slice(11));
  const seconds = hasSeconds ? second : 0;
  if (!isDate(date)) return { sentence: `the calendar has no ${date}; write a date that exists` };
  if (hour > 23 || minute > 59 || seconds > 59)
    return { sentence: `"${text}" is no time of day; write one from 00:00 to 23:59` };
  const dayNumber = dayNumberOf(date);
  const naiveMs = dayNumber * dayMs + (hour * 60 + minute) * minuteMs + seconds * 1000;
  const offset = /([+-])(\d{2}):(\d{2})$/.exec(text.slice(11));
  if (offset !== null) {
    const offsetMs = (Number(offset[2]) * 60 + Number(offset[3])) * minuteMs * (offset[1] === '-' ? -1 : 1);
    return { ms: naiveMs - offsetMs };
  }
  const ms = calendar.instantOf(dayNumber, hour * 60 + minute) + seconds * 1000;
  if (ms + calendar.offsetMs(ms) !== naiveMs) {
    return {
      sentence: `the clocks in ${calendar.zone} skip ${text.slice(11, 16)} on ${date}; write a time before or after the change`,
    };
  }
  return { ms };
}
