import { type ConfigDocument, type Weekday, weekdays } from '../../protocol/messages/config.ts';
import { dateOf, weekdayOf, type ZoneCalendar } from './calendar.ts';
import { doseKeyOf } from './dose-key.ts';

/** A dose as the prescription has it, worked out without the firmware. Instants in milliseconds since 1970. */
export interface ReferenceDose {
  /** `<slot>/<local date>`. */
  readonly key: string;
  readonly slot: string;
  readonly date: string;
  readonly opensMs: number;
  readonly dueMs: number;
  readonly closesMs: number;
  readonly sachets: number;
}

const minuteMs = 60_000;

/** Walks through the days and reads each slot off the clock on the wall. As naive as it can be. */
export class ReferenceSchedule {
  readonly calendar: ZoneCalendar;
  readonly config: ConfigDocument;
  readonly #days = new Map<number, readonly ReferenceDose[]>();

  constructor(config: ConfigDocument, calendar: ZoneCalendar) {
    this.config = config;
    this.calendar = calendar;
  }

  /** The doses of a local date, in order of their time. */
  on(dayNumber: number): readonly ReferenceDose[] {
    const known = this.#days.get(dayNumber);
    if (known !== undefined) return known;
    const dayName = weekdays[weekdayOf(dayNumber)] as Weekday;
    const date = dateOf(dayNumber);
    const doses = this.config.regimen.slots
      .filter((slot) => slot.days === undefined || slot.days.includes(dayName))
      .map((slot) => {
        const dueMs = this.calendar.instantOf(dayNumber, Number(slot.at.slice(0, 2)) * 60 + Number(slot.at.slice(3)));
        return {
          key: doseKeyOf(slot.id, date),
          slot: slot.id,
          date,
          opensMs: dueMs - slot.beforeMinutes * minuteMs,
          dueMs,
          closesMs: dueMs + slot.afterMinutes * minuteMs,
          sachets: slot.sachets ?? 1,
        };
      })
      .sort((a, b) => a.dueMs - b.dueMs);
    this.#days.set(dayNumber, doses);
    return doses;
  }

  /** Doses whose time falls in [fromMs, toMs), in order. */
  between(fromMs: number, toMs: number): ReferenceDose[] {
    const found: ReferenceDose[] = [];
    const last = this.calendar.dayNumberAt(toMs) + 1;
    for (let day = this.calendar.dayNumberAt(fromMs) - 1; day <= last; day += 1) {
      for (const dose of this.on(day)) if (dose.dueMs >= fromMs && dose.dueMs < toMs) found.push(dose);
    }
    return found;
  }
}
