import { agenda } from './agenda.ts';
import { DAY_MS } from './civil-time.ts';
import { type Dose, freshDose } from './dose.ts';
import type { Memory } from './memory.ts';
import { doseOf, type Regimen } from './regimen.ts';

/** What becomes of the doses that are under way when another plan comes into force. */
export interface Replanned {
  /** Each with its new window, which may have closed already. */
  readonly goOn: readonly Dose[];
  /** The new plan has them no more. */
  readonly dropped: readonly Dose[];
}

/** No window opens further from its date's own day, whatever the zone. */
const REACH_MS = 3 * DAY_MS;

/**
 * Looks at every dose that has no end, and that either plan calls open at this instant or before it. One that lies in
 * the cup, moves or is doubted stays what it is; all others follow the new plan, and keep what was granted them if their
 * own window is the same in both. A dose that has ended is not looked at:
 * it keeps its fate under any plan.
 */
export function replan(memory: Memory, regimen: Regimen, nowMs: number): Replanned {
  const goOn: Dose[] = [];
  const dropped: Dose[] = [];
  for (const dose of agenda(memory, nowMs + REACH_MS)) {
    if (dose.fate !== 'due') continue;
    const planned = doseOf(regimen, dose.slot, dose.date);
    const begun = dose.opensMs <= nowMs || memory.doses.has(dose.key);
    if (planned === undefined) {
      if (begun) dropped.push(dose);
    } else if (begun || planned.opensMs <= nowMs) {
      goOn.push(withItsWindow(dose, planned, doseOf(memory.settings.regimen, dose.slot, dose.date)));
    }
  }
  return { goOn, dropped };
}

/** A window that somebody has let stay open longer does so under a plan that has not moved it. */
function withItsWindow(dose: Dose, planned: Dose, before: Dose | undefined): Dose {
  const isSame =
    before?.opensMs === planned.opensMs && before.dueMs === planned.dueMs && before.closesMs === planned.closesMs;
  return isSame ? { ...freshDose(planned), opensMs: dose.opensMs, closesMs: dose.closesMs } : freshDose(planned);
}
