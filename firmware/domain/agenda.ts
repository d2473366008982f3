import { DAY_MS } from './civil-time.ts';
import { type Dose, doseKey, isFinal, isTakenAlong } from './dose.ts';
import type { Memory } from './memory.ts';
import { dosesOpening } from './regimen.ts';
import { isLabel } from './stock.ts';

/** How far ahead a next dose is looked for: a weekly slot may be a week away. */
const HORIZON_MS = 8 * DAY_MS;

/**
 * Doses whose window opens up to `toMs` and that the schedule has not passed, as the ledger knows them, in order of
 * opening. What the ledger does not know yet is fresh.
 */
export function* agenda(memory: Memory, toMs: number): Generator<Dose> {
  for (const dose of schedule(memory, toMs)) if (isOurs(memory, dose)) yield dose;
}

/** A dose that was begun, or went on under a new plan, has its own window; the regimen has those of all others. */
function* schedule(memory: Memory, toMs: number): Generator<Dose> {
  const { scheduleFromMs, handedOver } = memory.registers;
  // What is still to come is the business of the unit that has taken this one's place.
  if (handedOver !== null) return;
  const begun = unended(memory, toMs);
  if (toMs >= scheduleFromMs) {
    for (const planned of dosesOpening(memory.settings.regimen, scheduleFromMs, toMs)) {
      const known = memory.doses.get(planned.key);
      if (known !== undefined && !isFinal(known.fate)) continue;
      while (begun[0] !== undefined && begun[0].opensMs <= planned.opensMs) yield begun.shift() as Dose;
      yield known ?? planned;
    }
  }
  yield* begun;
}

function unended(memory: Memory, toMs: number): Dose[] {
  const begun: Dose[] = [];
  for (const dose of memory.doses.values()) if (!isFinal(dose.fate) && dose.opensMs <= toMs) begun.push(dose);
  return begun.length > 1 ? begun.sort((a, b) => a.opensMs - b.opensMs) : begun;
}

/**
 * A window that was open already when the unit was set up: somebody may have given that dose by hand. Only a roll that
 * carries its label says that it is still to come, and from this unit.
 */
function isOurs(memory: Memory, dose: Dose): boolean {
  if (dose.opensMs >= memory.registers.setUpMs || memory.doses.has(dose.key)) return true;
  for (const { sachets } of memory.rolls.values()) {
    if (sachets.some((sachet) => isLabel(sachet) && doseKey(sachet.slot, sachet.date) === dose.key)) return true;
  }
  return false;
}

/** The dose a press would mean now: open, not ended, the one that closes first. */
export function openDose(memory: Memory, nowMs: number): Dose | null {
  let first: Dose | null = null;
  for (const dose of agenda(memory, nowMs)) {
    if (nowMs >= dose.closesMs || (dose.fate !== 'due' && dose.fate !== 'releasing')) continue;
    // Windows lie apart, but a clock change may let two of them meet.
    if (first === null || dose.closesMs < first.closesMs) first = dose;
  }
  return first;
}

/** The next dose that has not opened yet. */
export function nextDose(memory: Memory, nowMs: number): Dose | null {
  for (const dose of agenda(memory, nowMs + HORIZON_MS)) {
    if (dose.opensMs > nowMs && !isFinal(dose.fate)) return dose;
  }
  return null;
}

/** The next doses that could be taken out for a trip, an open one first. */
export function dosesAhead(memory: Memory, nowMs: number, count: number): Dose[] {
  const doses: Dose[] = [];
  for (const dose of agenda(memory, nowMs + Math.max(HORIZON_MS, (count + 1) * DAY_MS))) {
    if (doses.length >= count) break;
    if (dose.fate === 'due' && nowMs < dose.closesMs) doses.push(dose);
  }
  return doses;
}

/** Where the schedule has got to: the opening of the first dose without an end. */
export function firstUnended(memory: Memory, nowMs: number): number {
  for (const dose of schedule(memory, nowMs)) {
    // A roll with its label may still be fitted while its window is open.
    if (isOurs(memory, dose) ? !isFinal(dose.fate) : nowMs < dose.closesMs) return dose.opensMs;
  }
  return nowMs;
}

/** Doses already taken out whose time is still to come: they count against what a citizen may have along. */
export function dosesTakenAlong(memory: Memory, nowMs: number): number {
  let along = 0;
  for (const dose of memory.doses.values()) if (isTakenAlong(dose) && nowMs < dose.closesMs) along += 1;
  return along;
}
