import type { RollId } from '../../hal/ports/mechanism.ts';
import { type ConfigDocument, type Weekday, weekdays } from '../../protocol/messages/config.ts';
import {
  DAY_MS,
  dayAfter,
  instantOf,
  isZone,
  type LocalDate,
  type LocalTime,
  localDateAt,
  MINUTE_MS,
  minutesOf,
  weekdayOf,
} from './civil-time.ts';
import { type Dose, doseKey, freshDose } from './dose.ts';

export interface Slot {
  readonly id: string;
  readonly at: LocalTime;
  readonly days: readonly Weekday[];
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly sachets: number;
  readonly roll: RollId | null;
}

/** The prescribed schedule: slots in local wall time, in order of their time of day. */
export interface Regimen {
  readonly zone: string;
  readonly slots: readonly Slot[];
  /** The least time between two releases. */
  readonly minIntervalMs: number;
  /** Another number means other medicine under the same slots. */
  readonly prescription: number;
}

/** One thing wrong with a regimen: where, what, and how to mend it, as one sentence. */
export interface RegimenProblem {
  readonly path: string;
  /** What travels instead of the sentence. */
  readonly code: 'invalid' | 'conflict' | 'unsupported';
  readonly sentence: string;
}

/** Reads the regimen of a configuration document. All problems are found, not just the first. */
export function readRegimen(document: ConfigDocument): Regimen | readonly RegimenProblem[] {
  const regimen: Regimen = {
    zone: document.zone,
    slots: document.regimen.slots
      .map((slot) => ({
        id: slot.id,
        at: slot.at,
        days: slot.days ?? weekdays,
        beforeMs: slot.beforeMinutes * MINUTE_MS,
        afterMs: slot.afterMinutes * MINUTE_MS,
        sachets: slot.sachets ?? 1,
        roll: slot.roll ?? null,
      }))
      .sort((a, b) => minutesOf(a.at) - minutesOf(b.at)),
    minIntervalMs: (document.regimen.minIntervalMinutes ?? 0) * MINUTE_MS,
    prescription: document.regimen.prescription ?? 0,
  };
  const problems = [...zoneProblems(regimen), ...identityProblems(regimen), ...spacingProblems(regimen)];
  return problems.length > 0 ? problems : regimen;
}

export function isRegimen(read: Regimen | readonly RegimenProblem[]): read is Regimen {
  return 'slots' in read;
}

function zoneProblems({ zone }: Regimen): RegimenProblem[] {
  if (isZone(zone)) return [];
  return [
    {
      path: 'zone',
      code: 'invalid',
      sentence: `"${zone}" is not a known time zone; write an IANA name such as Europe/Copenhagen.`,
    },
  ];
}

function identityProblems({ slots }: Regimen): RegimenProblem[] {
  const seen = new Set<string>();
  return slots.flatMap(({ id }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [
      {
        path: `regimen.slots.${id}`,
        code: 'conflict',
        sentence: `Two slots are called "${id}"; give each slot its own id.`,
      },
    ];
  });
}

interface WeekWindow {
  readonly slot: Slot;
  readonly opens: number;
  readonly due: number;
  readonly closes: number;
}

/** Every window of a nominal week and the one after it, so that Sunday night meets Monday morning. Minutes. */
function weekWindows(slots: readonly Slot[]): WeekWindow[] {
  const windows: WeekWindow[] = [];
  for (let day = 0; day < 8; day++) {
    for (const slot of slots) {
      if (!slot.days.includes(weekdays[day % 7] as Weekday)) continue;
      const due = day * 24 * 60 + minutesOf(slot.at);
      windows.push({ slot, due, opens: due - slot.beforeMs / MINUTE_MS, closes: due + slot.afterMs / MINUTE_MS });
    }
  }
  return windows.sort((a, b) => a.due - b.due);
}

function spacingProblems({ slots, minIntervalMs }: Regimen): RegimenProblem[] {
  const windows = weekWindows(slots);
  const problems = new Map<string, RegimenProblem>();
  for (const [index, earlier] of windows.entries()) {
    const later = windows[index + 1];
    if (later === undefined) break;
    const pair = `"${earlier.slot.id}" and "${later.slot.id}"`;
    const path = `regimen.slots.${later.slot.id}`;
    if (later.opens < earlier.closes) {
      problems.set(path, {
        path,
        code: 'conflict',
        sentence:
          `The windows of ${pair} overlap by ${earlier.closes - later.opens} minutes; ` +
          'shorten one or move its time, so that a press can only mean one dose.',
      });
    } else if (later.due - earlier.due < minIntervalMs / MINUTE_MS) {
      problems.set(path, {
        path,
        code: 'conflict',
        sentence:
          `${pair} are ${later.due - earlier.due} minutes apart but the least interval is ` +
          `${minIntervalMs / MINUTE_MS}; move one or lower minIntervalMinutes.`,
      });
    }
  }
  return [...problems.values()];
}

/** A device looks at few days at a time; a simulation of many devices shares regimens. */
const plannedDays = new WeakMap<Regimen, Map<LocalDate, readonly Dose[]>>();
const PLANNED_DAYS_MAX = 64;

/** The doses of one local date, untouched, in order of their window's opening. */
export function dosesOn(regimen: Regimen, date: LocalDate): readonly Dose[] {
  let days = plannedDays.get(regimen);
  if (days === undefined) {
    days = new Map();
    plannedDays.set(regimen, days);
  }
  const known = days.get(date);
  if (known !== undefined) return known;
  if (days.size >= PLANNED_DAYS_MAX) days.clear();
  const planned = planDay(regimen, date);
  days.set(date, planned);
  return planned;
}

function planDay(regimen: Regimen, date: LocalDate): readonly Dose[] {
  const weekday = weekdayOf(date);
  return regimen.slots
    .filter((slot) => slot.days.includes(weekday))
    .map((slot) => {
      const dueMs = instantOf(date, slot.at, regimen.zone);
      return freshDose({
        key: doseKey(slot.id, date),
        slot: slot.id,
        date,
        opensMs: dueMs - slot.beforeMs,
        dueMs,
        closesMs: dueMs + slot.afterMs,
        sachets: slot.sachets,
        roll: slot.roll,
      });
    })
    .sort((a, b) => a.opensMs - b.opensMs);
}

/** The dose of a slot on a date, untouched; undefined when the regimen has none. */
export function doseOf(regimen: Regimen, slot: string, date: LocalDate): Dose | undefined {
  return dosesOn(regimen, date).find((dose) => dose.slot === slot);
}

/** When the first window that has not closed yet opened, at the latest now. */
export function firstOpening(regimen: Regimen, nowMs: number): number {
  for (const dose of dosesOpening(regimen, nowMs - 2 * DAY_MS, nowMs)) if (nowMs < dose.closesMs) return dose.opensMs;
  return nowMs;
}

/** Every dose whose window opens in [fromMs, toMs], in order. */
export function* dosesOpening(regimen: Regimen, fromMs: number, toMs: number): Generator<Dose> {
  // A window opens at most twelve hours before its time, so the last date to look at is tomorrow's. A spring gap just
  // before midnight puts a late dose into the next day, so the first is yesterday's in the morning.
  const lastDate = localDateAt(toMs + DAY_MS / 2, regimen.zone);
  let held: readonly Dose[] = [];
  for (let date = localDateAt(fromMs - DAY_MS / 2, regimen.zone); date <= lastDate; date = dayAfter(date)) {
    const day = dosesOn(regimen, date);
    if (isBefore(day[0], held.at(-1))) {
      held = [...held, ...day].sort((a, b) => a.opensMs - b.opensMs);
      continue;
    }
    yield* within(held, fromMs, toMs);
    held = day;
  }
  yield* within(held, fromMs, toMs);
}

/** Windows of different length, or a clock change between them, may open in another order than their dates. */
function isBefore(dose: Dose | undefined, other: Dose | undefined): boolean {
  return dose !== undefined && other !== undefined && dose.opensMs < other.opensMs;
}

function* within(doses: readonly Dose[], fromMs: number, toMs: number): Generator<Dose> {
  for (const dose of doses) if (dose.opensMs >= fromMs && dose.opensMs <= toMs) yield dose;
}
