import type { RollId } from '../../hal/ports/mechanism.ts';
import { type Dose, doseKey, isFinal } from './dose.ts';
import type { Memory } from './memory.ts';
import { doseOf } from './regimen.ts';
import { headOf, isLabel, type Roll, type SachetLabel, sourceOf } from './stock.ts';

/** A sachet at the head of a roll whose time is over: it must go into the bin before the next dose can come out. */
export interface Leftover {
  readonly roll: RollId;
  /** The dose it belongs to; null for an empty sachet, one packed too many, or one from before the ledger began. */
  readonly dose: Dose | null;
}

export function firstLeftover(memory: Memory): Leftover | null {
  for (const roll of memory.rolls.values()) {
    const head = headOf(roll);
    if (head === null) return { roll: roll.id, dose: null };
    if (isLabel(head) && isOver(memory, head)) {
      const dose = memory.doses.get(doseKey(head.slot, head.date));
      return { roll: roll.id, dose: dose !== undefined && dose.moved < dose.sachets ? dose : null };
    }
  }
  for (const dose of memory.doses.values()) {
    if (dose.owed === 0) continue;
    const source = sourceOf(dose, memory.rolls);
    if (source.kind === 'ready') return { roll: source.roll, dose };
  }
  return null;
}

/**
 * Sachets of an ended dose that must still be swallowed, and the bay they sit in. A label says so by itself;
 * unlabelled ones are counted, behind empty ones and those owed for earlier doses.
 */
export function owedBy(memory: Memory, dose: Dose): Pick<Dose, 'owed' | 'roll'> {
  const wanted = dose.sachets - dose.moved;
  for (const { sachets, next } of memory.rolls.values()) {
    if (sachets.slice(next).some((sachet) => isLabel(sachet) && doseKey(sachet.slot, sachet.date) === dose.key))
      return { owed: 0, roll: dose.roll };
  }
  for (const roll of memory.rolls.values()) {
    if (dose.roll !== null && dose.roll !== roll.id) continue;
    if (roll.sachets.some(isLabel)) continue;
    const free = unlabelledLeft(roll) - owedOn(memory, roll.id, dose);
    if (free > 0) return { owed: Math.min(wanted, free), roll: roll.id };
  }
  return { owed: 0, roll: dose.roll };
}

function unlabelledLeft(roll: Roll): number {
  let count = 0;
  for (let at = roll.next; at < roll.sachets.length; at += 1) if (roll.sachets[at] === 'unlabelled') count += 1;
  return count;
}

function owedOn(memory: Memory, bay: RollId, except: Dose): number {
  let owed = 0;
  for (const dose of memory.doses.values()) if (dose.key !== except.key && dose.roll === bay) owed += dose.owed;
  return owed;
}

/** How many sachets at the head of a roll belong to doses that have ended, with the empty ones among them. */
export function overAtHead(memory: Memory, roll: Roll): number {
  let owed = 0;
  for (const dose of memory.doses.values()) if (dose.roll === roll.id) owed += dose.owed;
  let over = 0;
  for (let at = roll.next; at < roll.sachets.length; at += 1) {
    const sachet = roll.sachets[at];
    if (sachet === null) continue;
    if (isLabel(sachet) ? !isOver(memory, sachet) : owed === 0) break;
    if (!isLabel(sachet)) owed -= 1;
    over = at + 1 - roll.next;
  }
  return over;
}

/** Whether the dose a label names has ended, lies in the cup, or was over before the ledger began. */
export function isOver(memory: Memory, { slot, date }: SachetLabel): boolean {
  const dose = memory.doses.get(doseKey(slot, date));
  if (dose !== undefined) return isFinal(dose.fate) || dose.fate === 'presented';
  const planned = doseOf(memory.settings.regimen, slot, date);
  return planned !== undefined && planned.opensMs < memory.registers.scheduleFromMs;
}
