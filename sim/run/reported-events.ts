import type { ZoneCalendar } from '../prescription/calendar.ts';
import type { DiaryEntry } from '../world/diary.ts';
import type { ReportedEvent } from './results.ts';

/** An entry of the diary as reports show it: what concerns the wire (seq, epoch seconds) is left out. */
export function reportedEvent(entry: DiaryEntry, calendar: ZoneCalendar): ReportedEvent {
  const { atMs, type, dose, record, level, reason } = entry;
  const base = { at: calendar.format(atMs), type, ...(dose === undefined ? {} : { dose }) };
  if (record === undefined) {
    return { ...base, ...(level === undefined ? {} : { level }), ...(reason === undefined ? {} : { reason }) };
  }
  const rest: Record<string, unknown> = { ...record };
  for (const key of ['seq', 'at', 'type', ...(dose === undefined ? [] : ['slot', 'date'])]) delete rest[key];
  if (typeof rest.until === 'number') rest.until = calendar.format(rest.until * 1000);
  return { ...base, ...rest };
}
