import { os } from '../../protocol/smp/commands/os.ts';
import { failure } from './problem.ts';
import { refusalIn } from './refusals.ts';
import { SmpRefusal } from './smp-client.ts';
import type { SwapPlan } from './swap-plan.ts';
import type { Visit } from './visit.ts';
import { zoneOf } from './zone.ts';

/**
 * Does what a unit refuses as long as it does not trust its clock: where nobody else tells it the time, the person with
 * the laptop does, once. A unit that trusts its clock lets nobody set it.
 * @throws TechProblem, SmpRefusal
 */
export async function onTime(
  visit: Visit,
  plan: Pick<SwapPlan, 'agree' | 'tell'>,
  act: () => Promise<void>,
): Promise<void> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof SmpRefusal) || refusalIn(error.error) !== 'time-suspect') throw error;
  }
  const { t } = visit;
  const nowS = Math.floor(visit.nowMs() / 1000);
  if (!(await plan.agree(t.swap.clockQuestion(nowS, (await zoneOf(visit)).name)))) throw failure(t, 'clockUnknown');
  // Somebody may have thought about the question for a while.
  await visit.freshen();
  const datetime = new Date(visit.nowMs()).toISOString();
  await visit.granted(os.setDatetime, { datetime });
  plan.tell(t.swap.clockSet);
  await act();
}
