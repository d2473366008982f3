import type { RollId } from '../../hal/ports/mechanism.ts';
import { type Dose, doseKey, isFinal } from './dose.ts';
import type { Memory } from './memory.ts';
import { dosesOn } from './regimen.ts';
import { headOf, isLabel, type SachetLabel, sachetsLeft, sourceOf } from './stock.ts';

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
 * unlabelled ones are counted.
 */
export function owedBy(memory: Memory, dose: Dose): Pick<Dose, 'owed' | 'roll'> {
  const source = sourceOf(dose, memory.rolls);
  const roll = source.kind === 'ready' ? memory.rolls.get(source.roll) : undefined;
  if (roll === undefined || headOf(roll) !== 'unlabelled') return { owed: 0, roll: dose.roll };
  return { owed: Math.min(dose.sachets - dose.moved, sachetsLeft(roll)), roll: roll.id };
}

/** Whether the dose a label names has ended, lies in the cup, or was over before the ledger began. */
export function isOver(memory: Memory, { slot, date }: SachetLabel): boolean {
  const dose = memory.doses.get(doseKey(slot, date));
  if (dose !== undefined) return isFinal(dose.fate) || dose.fate === 'presented';
  const planned = dosesOn(memory.settings.regimen, date).find((candidate) => candidate.slot === slot);
  return planned !== undefined && planned.opensMs < memory.registers.scheduleFromMs;
}
