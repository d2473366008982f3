import { type ConfigDocument, type Weekday, weekdays } from '../../protocol/messages/config.ts';
import { dateOf, dayNumberOf, weekdayOf, type ZoneCalendar } from './calendar.ts';
import { doseKeyOf, splitDoseKey } from './dose-key.ts';

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
  /** A new plan brought it when its window was open already: only a sachet that names it says that it is to be given. */
  readonly atHand?: true;
}

interface Plan {
  readonly fromMs: number;
  readonly config: ConfigDocument;
  readonly calendar: ZoneCalendar;
}

const minuteMs = 60_000;

/** Walks through the days and reads each slot off the clock on the wall. As naive as it can be. */
export class ReferenceSchedule {
  readonly #plans: Plan[] = [];
  readonly #days = new Map<number, readonly ReferenceDose[]>();
  /** How much longer the window of a dose stays open, by its key. */
  readonly #extensions = new Map<string, number>();

  constructor(config: ConfigDocument, calendar: ZoneCalendar) {
    this.#plans.push({ fromMs: Number.NEGATIVE_INFINITY, config, calendar });
  }

  /** The plan in force. */
  get config(): ConfigDocument {
    return this.#last.config;
  }

  get calendar(): ZoneCalendar {
    return this.#last.calendar;
  }

  /** Another plan comes into force at an instant, and goes on with what the one before had open. */
  adopt(config: ConfigDocument, calendar: ZoneCalendar, fromMs: number): void {
    const before = this.#last;
    this.#plans.push({ fromMs, config, calendar });
    this.#days.clear();
    // What was granted to a dose counts as long as its own window stays what it was.
    for (const key of this.#extensions.keys()) {
      const day = dayNumberOf(splitDoseKey(key).date);
      const [then, now] = [before, this.#last].map((plan) => dosesOf(plan, day).get(key));
      if (then?.opensMs !== now?.opensMs || then?.closesMs !== now?.closesMs) this.#extensions.delete(key);
    }
  }

  /** The window of one dose stays open longer. */
  extend(key: string, byMs: number): void {
    this.#extensions.set(key, (this.#extensions.get(key) ?? 0) + byMs);
    this.#days.clear();
  }

  /** The doses of a local date, in order of their time, each as the last plan has it under which it had no end. */
  on(dayNumber: number): readonly ReferenceDose[] {
    const known = this.#days.get(dayNumber);
    if (known !== undefined) return known;
    const [first = new Map(), ...others] = this.#plans.map((plan) => dosesOf(plan, dayNumber));
    const doses = [...(others.length === 0 ? first : this.#followed(first, others)).values()]
      .map((dose) => ({ ...dose, closesMs: dose.closesMs + (this.#extensions.get(dose.key) ?? 0) }))
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

  get #last(): Plan {
    return this.#plans.at(-1) as Plan;
  }

  /** Follows each dose of one date from plan to plan, until one of them has let its window pass. */
  #followed(
    first: ReadonlyMap<string, ReferenceDose>,
    others: readonly ReadonlyMap<string, ReferenceDose>[],
  ): ReadonlyMap<string, ReferenceDose> {
    let doses = new Map(first);
    for (const [index, planned] of others.entries()) {
      const { fromMs } = this.#plans[index + 1] as Plan;
      const next = new Map([...doses].filter(([, dose]) => dose.closesMs <= fromMs));
      for (const [key, dose] of planned) {
        if (next.has(key)) continue;
        const isNew = !doses.has(key);
        // Nobody knows any more what the plan before would have said of its past.
        if (isNew && dose.closesMs <= fromMs) continue;
        next.set(key, isNew && dose.opensMs < fromMs ? { ...dose, atHand: true } : dose);
      }
      doses = next;
    }
    return doses;
  }
}

function dosesOf({ config, calendar }: Plan, dayNumber: number): ReadonlyMap<string, ReferenceDose> {
  const dayName = weekdays[weekdayOf(dayNumber)] as Weekday;
  const date = dateOf(dayNumber);
  const doses = config.regimen.slots
    .filter((slot) => slot.days === undefined || slot.days.includes(dayName))
    .map((slot): ReferenceDose => {
      const dueMs = calendar.instantOf(dayNumber, Number(slot.at.slice(0, 2)) * 60 + Number(slot.at.slice(3)));
      return {
        key: doseKeyOf(slot.id, date),
        slot: slot.id,
        date,
        opensMs: dueMs - slot.beforeMinutes * minuteMs,
        dueMs,
        closesMs: dueMs + slot.afterMinutes * minuteMs,
        sachets: slot.sachets ?? 1,
      };
    });
  return new Map(doses.map((dose) => [dose.key, dose]));
}
