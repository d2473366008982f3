import type { RollId } from '../../hal/ports/mechanism.ts';
import { doseKey } from './dose.ts';
import { isOver } from './leftovers.ts';
import type { Memory } from './memory.ts';
import { doseOf } from './regimen.ts';
import { isLabel, type Sachet } from './stock.ts';

/** Why a roll cannot be the one that is wanted, as far as its labels tell. */
export type Misfit = 'roll-unknown' | 'roll-over' | 'roll-bay';

/**
 * Judges a roll that somebody holds at the open door: it names doses that the plan does not have, they belong into
 * another bay, or all of them are over. Some that are over do no harm at its head: they are swallowed. Without labels
 * there is nothing to judge.
 * @returns with `at`, the place of the first sachet that does not fit
 */
export function misfitOf(
  memory: Memory,
  bay: RollId,
  sachets: readonly Sachet[],
): { readonly misfit: Misfit; readonly at: number } | null {
  let toCome = sachets.includes('unlabelled');
  let over: number | null = null;
  for (const [at, sachet] of sachets.entries()) {
    if (!isLabel(sachet)) continue;
    if (isOver(memory, sachet)) {
      over ??= at;
      continue;
    }
    const { slot, date } = sachet;
    const dose = memory.doses.get(doseKey(slot, date)) ?? doseOf(memory.settings.regimen, slot, date);
    if (dose === undefined) return { misfit: 'roll-unknown', at };
    if (dose.roll !== null && dose.roll !== bay) return { misfit: 'roll-bay', at };
    toCome = true;
  }
  return over === null || toCome ? null : { misfit: 'roll-over', at: over };
}
