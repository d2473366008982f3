import { isFinal } from '../../domain/dose.ts';
import { baysThatFitNoMore } from '../../domain/fit.ts';
import { refused } from '../../domain/orders.ts';
import { firstOpening } from '../../domain/regimen.ts';
import { replan } from '../../domain/replanning.ts';
import { doubtBay } from '../doubted-bays.ts';
import type { Turn } from '../turn.ts';
import { passTime, withhold } from './schedule.ts';

/**
 * Another plan comes into force, all of it or nothing. What the old one has let pass has its end under the old one; no
 * dose that has ended is opened again; what is under way goes on under the new one; what is loaded and does not fit it
 * any more locks the unit.
 */
export function applyConfig(turn: Turn): void {
  if (turn.event.type !== 'config.offered') return;
  const { config } = turn.event;
  const { settings } = config;
  const { version, profile } = turn.memory.settings;
  if (turn.memory.registers.handedOver !== null) {
    turn.record({ type: 'config.refused', version: settings.version, code: 'replaced' });
    turn.answer(refused('replaced'));
    return;
  }
  if (version > 0 && settings.profile.id !== profile.id) {
    turn.record({ type: 'config.refused', version: settings.version, code: 'unsupported' });
    turn.answer(refused('unsupported', 'profile'));
    return;
  }
  passTime(turn);
  const { goOn, dropped } = replan(turn.memory, settings.regimen, turn.nowMs);
  const unfit = baysThatFitNoMore(turn.memory, settings.regimen);
  for (const dose of dropped) withhold(turn, dose, 'regimen-changed');
  turn.change({ set: 'config', config });
  turn.register('setUpMs', turn.nowMs);
  for (const dose of goOn) turn.dose(dose, {});
  turn.register('scheduleFromMs', firstWithoutEnd(turn));
  turn.record({ type: 'config.applied', version: settings.version });
  for (const bay of unfit) doubtBay(turn, bay, 'medicine-changed');
  passTime(turn);
  turn.answer({ status: 'done' });
}

/** Every dose whose window opened before has its end, under whichever plan it was opened. */
function firstWithoutEnd({ memory, nowMs }: Turn): number {
  let firstMs = firstOpening(memory.settings.regimen, nowMs);
  for (const dose of memory.doses.values()) if (!isFinal(dose.fate)) firstMs = Math.min(firstMs, dose.opensMs);
  return firstMs;
}

/** A sachet that moves keeps the plan it was moved by, and without a clock nobody knows which doses have passed. */
export function deferConfig(turn: Turn): void {
  const code = turn.stamp.trusted ? 'dose-open' : 'time-suspect';
  turn.answer({ status: 'deferred', refusal: { path: '', code } });
}
