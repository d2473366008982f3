import { DAY_MS, dayAfter, HOUR_MS, instantOf, localDateAt, weekdayOf } from './civil-time.ts';
import type { Settings } from './settings.ts';

/** What the centre tells the citizen, until it is answered or its time is over. */
export interface ShownMessage {
  /** The command that brought it; null for a daily message. */
  readonly command: number | null;
  readonly text: string;
  /** None: one button says that it was seen. */
  readonly buttons: readonly string[];
  readonly untilMs: number;
}

/** More at once nobody reads. */
export const MESSAGES_MAX = 4;
/** A daily message is for its hour. */
export const DAILY_MESSAGE_MS = 2 * HOUR_MS;

export interface DueMessage {
  readonly atMs: number;
  readonly text: string;
}

/** Daily messages whose instant lies in (fromMs, toMs], in order. */
export function dailyMessages({ dailyMessages: daily, regimen }: Settings, fromMs: number, toMs: number): DueMessage[] {
  if (daily.length === 0) return [];
  const due: DueMessage[] = [];
  const last = localDateAt(toMs, regimen.zone);
  for (let date = localDateAt(fromMs, regimen.zone); date <= last; date = dayAfter(date)) {
    for (const { at, days, text } of daily) {
      if (!days.includes(weekdayOf(date))) continue;
      const atMs = instantOf(date, at, regimen.zone);
      if (atMs > fromMs && atMs <= toMs) due.push({ atMs, text });
    }
  }
  return due.sort((a, b) => a.atMs - b.atMs);
}

/** When the next daily message is due; null when there is none within a week. */
export function nextDailyMessage(settings: Settings, nowMs: number): number | null {
  if (settings.dailyMessages.length === 0) return null;
  return dailyMessages(settings, nowMs, nowMs + 8 * DAY_MS)[0]?.atMs ?? null;
}
