import { setTimeout as delay } from 'node:timers/promises';
import { doseName } from '../../protocol/alarm-words.ts';
import { decodeConfigReport } from '../../protocol/messages/config-report.ts';
import type { RefusalCode } from '../../protocol/messages/refusal.ts';
import { refusalSentence } from '../../protocol/refusal-words.ts';
import { fault } from '../../protocol/smp/commands/fault.ts';
import { filling } from '../../protocol/smp/commands/filling.ts';
import { settings } from '../../protocol/smp/commands/settings.ts';
import { checkNewcomer, provisionAs } from './enrolment-file.ts';
import { type HungRoll, hungRolls, printedOn, takeOver } from './handover.ts';
import { onTime } from './on-time.ts';
import { failure, mistake } from './problem.ts';
import { refusalIn } from './refusals.ts';
import { SmpRefusal } from './smp-client.ts';
import type { SwapFolder } from './swap-folder.ts';
import type { SwapPlan } from './swap-plan.ts';
import type { UnitState, Visit } from './visit.ts';
import type { TechWords } from './words.ts';

const DOOR_LOOK_MS = 2_000;
/** What a unit says as long as nobody has opened its door, or something still moves behind it. */
const untilDoorOpen: ReadonlySet<RefusalCode | undefined> = new Set(['door-shut', 'busy', 'not-permitted'] as const);

/** A dose of which a person must find out what became of it. */
export interface OpenDoubt {
  readonly slot: string;
  readonly date: string;
}

/** What is known of the swap when the unit that comes is looked at. */
export interface KnownSwap {
  /** The ledger of the unit that goes. */
  readonly gone: number;
  /** The ledger of the only unit that may be told what it knew, once one has begun to take its place. */
  readonly heir: number | undefined;
}

/** Whether a unit may take the place, or has begun to. @throws TechProblem */
export function checkReplacement(t: TechWords, state: UnitState, { enrolment }: SwapPlan, known?: KnownSwap): void {
  const { device, epoch } = state;
  const begun = device === enrolment.says.device && epoch !== undefined;
  if (begun && epoch === known?.gone) throw mistake(t, 'swapSame', device);
  // Two units that were told the same would give the same doses.
  if (known?.heir !== undefined && epoch !== known.heir) throw failure(t, 'otherHeir', enrolment.says.device);
  if (!begun) checkNewcomer(t, state, enrolment);
}

/**
 * Looks, before the other one is locked, whether a unit may take its place. One that has the name already may have begun
 * to; or it is one that went earlier.
 * @returns its ledger, when it has one. @throws TechProblem
 */
export async function lookAtReplacement(visit: Visit, plan: SwapPlan): Promise<number | undefined> {
  const { t } = visit;
  const state = await visit.state();
  checkReplacement(t, state, plan);
  if (state.device === undefined) return undefined;
  if (state.phase === 'replaced') throw failure(t, 'replacementGone', state.device);
  if (state.phase !== 'running') throw failure(t, 'replacementDown');
  return state.epoch;
}

/** Makes the unit the one whose place it takes, with its plan and all that was told. @throws TechProblem, SmpRefusal */
export async function comeInto(visit: Visit, plan: SwapPlan, folder: SwapFolder): Promise<UnitState> {
  const { t } = visit;
  const { kept, handover } = folder.whole();
  let state = await visit.state();
  checkReplacement(t, state, plan, { gone: kept.epoch, heir: kept.heir });
  if (state.device === undefined) state = await provisionAs(visit, plan.enrolment, plan);
  visit.forget();
  if (state.phase !== 'running' || state.epoch === undefined) throw failure(t, 'replacementDown');
  if (state.config === undefined) state = await planned(visit, plan);
  await visit.enter();
  // Meanwhile another one may have begun to. Written down first: whether the unit heard it may stay unknown.
  checkReplacement(t, state, plan, { gone: kept.epoch, heir: folder.whole().kept.heir });
  folder.note({ ...kept, heir: state.epoch });
  await onTime(visit, plan, () => takeOver(visit, handover));
  plan.standing = t.standing.swapTaken;
  plan.tell(t.swap.taken(plan.enrolment.says.device));
  return visit.state();
}

async function planned(visit: Visit, { config, enrolment, patienceS, tell }: SwapPlan): Promise<UnitState> {
  const { t } = visit;
  const { device } = enrolment.says;
  if (config === undefined) {
    tell(t.swap.planByAir);
    const has = await visit.awaited(
      () => visit.quickState(),
      (state) => state.config !== undefined,
      patienceS * 1000,
      tell,
    );
    if (has === undefined) throw failure(t, 'noPlan', device, patienceS);
    return has;
  }
  const reply = await visit.ask(settings.write, { name: 'config/document', val: config.signed });
  const state = await visit.state();
  // It may have come by the air meanwhile.
  if (state.config !== undefined) return state;
  if (reply.ok) throw failure(t, 'noPlan', device, 0);
  const told = await visit.ask(settings.read, { name: 'config/report' });
  const report = told.ok ? decodeConfigReport(told.value.val) : null;
  if (report === null || report.status === 'applied') throw new SmpRefusal(reply.error);
  throw failure(t, 'planRefused', report.errors.map((error) => refusalSentence(error, t.language)).join(' '));
}

/** Whoever stands there is asked what became of the doses in doubt. @returns those that nobody could tell */
export async function settleDoubts(
  visit: Visit,
  plan: SwapPlan,
  choose: (dose: string) => Promise<'taken' | 'missed' | null>,
): Promise<readonly OpenDoubt[]> {
  const { t } = visit;
  const { doses } = await visit.granted(fault.doubts, {});
  const left: OpenDoubt[] = [];
  for (const { slot, date } of doses) {
    const fate = plan.asks ? await choose(doseName({ slot, date }, t.language)) : null;
    // Whoever was asked may have gone to look, or to the old unit for its rolls.
    await visit.freshen();
    if (fate === null) left.push({ slot, date });
    else await visit.granted(fault.settle, { slot, date, fate });
  }
  return left;
}

/**
 * Guides the rolls over, and announces each once somebody says that it hangs: what belongs to doses that have ended is
 * cut off first. Waits for the door, which only a key opens. @returns what was announced
 */
export async function hangRolls(
  visit: Visit,
  plan: SwapPlan,
  rolls: readonly HungRoll[],
): Promise<readonly HungRoll[]> {
  const { t } = visit;
  const there = new Set((await hungRolls(visit)).map(({ roll }) => roll));
  const loaded: HungRoll[] = [];
  for (const hung of rolls) {
    const { roll, sachets, over } = hung;
    const left = sachets.slice(over);
    if (left.length === 0 || there.has(roll)) continue;
    plan.tell(t.swap.openDoor);
    if (over > 0) plan.tell(t.swap.cutOff(roll, over, printedOn(left[0], t.language)));
    if (!(await plan.agree(t.swap.hangs(roll, left.length)))) throw failure(t, 'swapDeclined');
    await visit.freshen();
    await announce(visit, plan, { ...hung, sachets: left });
    plan.tell(t.swap.announced(roll, left.length));
    loaded.push(hung);
  }
  return loaded;
}

/** Every try stands in the unit's journal, so a script tries seldom, and a person when the door is open. */
async function announce(visit: Visit, plan: SwapPlan, { roll, sachets }: HungRoll): Promise<void> {
  const { t, signal } = visit;
  const endMs = performance.now() + plan.patienceS * 1000;
  for (let tries = 1; ; tries += 1) {
    const reply = await visit.ask(filling.load, { roll, sachets: [...sachets] });
    if (reply.ok) return;
    if (!untilDoorOpen.has(refusalIn(reply.error))) throw new SmpRefusal(reply.error);
    if (plan.asks) {
      if (!(await plan.agree(t.swap.doorShut))) throw failure(t, 'doorShut', roll);
      await visit.freshen();
      continue;
    }
    if (performance.now() >= endMs) throw failure(t, 'doorShut', roll);
    if (tries === 1) plan.tell(t.swap.waitsForDoor);
    await delay(DOOR_LOOK_MS, undefined, { signal });
  }
}
