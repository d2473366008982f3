import type { RollId } from '../../hal/ports/mechanism.ts';
import { type DoseKey, doseKey } from './dose.ts';
import { isOver } from './leftovers.ts';
import type { Memory } from './memory.ts';
import { doseOf, type Regimen } from './regimen.ts';
import { isLabel, type Roll, type Sachet, type SachetLabel } from './stock.ts';

/**
 * The bays whose rolls do not fit another plan. Labelled sachets fit while every dose they name stays what it was, or
 * is in the new plan just what they are; unlabelled ones while their order means the same doses. Other medicine under
 * the same names fits nothing that is loaded.
 */
export function baysThatFitNoMore(memory: Memory, next: Regimen): RollId[] {
  const { regimen } = memory.settings;
  const loaded = [...memory.rolls.values()].filter((roll) => sachetsOf(roll).length > 0);
  if (next.prescription !== regimen.prescription) return loaded.map(({ id }) => id);
  const sameOrder = orderOf(next) === orderOf(regimen);
  const hanging = countLabels(loaded);
  const fits = (bay: RollId, sachet: Sachet): boolean =>
    isLabel(sachet) ? labelFits(memory, next, sachet, bay, hanging) : sameOrder;
  return loaded.filter((roll) => sachetsOf(roll).some((sachet) => !fits(roll.id, sachet))).map(({ id }) => id);
}

/** What is still on a roll, but for the empty ones, which belong to no dose. */
function sachetsOf({ sachets, next }: Roll): Sachet[] {
  return sachets.slice(next).filter((sachet) => sachet !== null);
}

function countLabels(rolls: readonly Roll[]): ReadonlyMap<DoseKey, number> {
  const counts = new Map<DoseKey, number>();
  for (const sachet of rolls.flatMap(sachetsOf)) {
    if (!isLabel(sachet)) continue;
    const key = doseKey(sachet.slot, sachet.date);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function labelFits(
  memory: Memory,
  next: Regimen,
  label: SachetLabel,
  bay: RollId,
  hanging: ReadonlyMap<DoseKey, number>,
): boolean {
  const before = doseOf(memory.settings.regimen, label.slot, label.date);
  const after = doseOf(next, label.slot, label.date);
  // Its time may differ, and what fitted before, or did not, goes on doing so.
  if (before?.sachets === after?.sachets && before?.roll === after?.roll) return true;
  if (isOver(memory, label)) return true;
  if (after === undefined || (after.roll !== null && after.roll !== bay)) return false;
  return hanging.get(doseKey(label.slot, label.date)) === after.sachets;
}

/** The order in which doses follow each other, which is all that unlabelled sachets go by. */
function orderOf({ slots }: Regimen): string {
  return JSON.stringify(slots.map(({ id, days, sachets, roll }) => [id, [...days].sort(), sachets, roll]));
}
