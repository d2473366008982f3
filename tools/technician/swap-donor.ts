import { setTimeout as delay } from 'node:timers/promises';
import { slotWord } from '../../protocol/alarm-words.ts';
import { fault } from '../../protocol/smp/commands/fault.ts';
import { fs } from '../../protocol/smp/commands/fs.ts';
import { stat } from '../../protocol/smp/commands/stat.ts';
import { download } from './download.ts';
import { giveOver, type HeldHandover, hungRolls } from './handover.ts';
import { LogFileError, readLog } from './log-file.ts';
import { faultsOf, titleOf } from './portrait.ts';
import { failure, mistake } from './problem.ts';
import { SmpRefusal } from './smp-client.ts';
import type { KeptSwap, SwapFolder } from './swap-folder.ts';
import type { SwapPlan } from './swap-plan.ts';
import type { Visit } from './visit.ts';

/** Time for a unit with a line to send its last records. */
const LAST_WORDS_MS = 15_000;
const LOOK_MS = 500;

/**
 * Takes a unit that can still be asked out of its place: looks whether it may go, fetches its records, locks it for good,
 * and keeps all that it said. Up to the lock nothing is changed; what can be refused is refused before.
 * @throws TechProblem, SmpRefusal, SmpSilence
 */
export async function partFrom(
  visit: Visit,
  plan: SwapPlan,
  folder: SwapFolder,
): Promise<{ kept: KeptSwap; handover: HeldHandover }> {
  const { t } = visit;
  const { device } = plan.enrolment.says;
  const state = await visit.state();
  if (state.device !== device) throw mistake(t, 'swapOther', device, state.device ?? t.info.nobody);
  if (state.phase !== 'running' || state.epoch === undefined) throw failure(t, 'donorDown');
  const { config = 0, epoch } = state;
  if (plan.config !== undefined && plan.config.says.version < config) {
    throw mistake(t, 'planOlder', plan.config.says.version, config);
  }
  const { role } = await visit.enter();
  if (role !== 'technician') throw failure(t, 'denied', t.roles[role]);
  await tellState(visit, plan);
  const log = folder.logFile(device, epoch);
  await fetchLog(visit, folder, log);
  if (!(await plan.agree(t.swap.lockQuestion(device)))) throw failure(t, 'swapDeclined');
  const handover = await given(visit, plan);
  plan.standing = t.standing.swapLocked(folder.path);
  plan.tell(t.swap.locked(device));
  const rolls = await hungRolls(visit);
  const waiting = await waitForLine(visit);
  const records = await fetchLog(visit, folder, log);
  const { lastSeq } = handover.says;
  if (records < lastSeq) throw failure(t, 'logShort', records, lastSeq);
  const kept: KeptSwap = { device, epoch, lastSeq, waiting, log: nameOf(log), rolls };
  folder.close(handover, kept);
  plan.tell(t.swap.kept(records, folder.path));
  return { kept, handover };
}

/** A unit that refuses is as it was; one that does not answer may be locked. */
async function given(visit: Visit, plan: SwapPlan): Promise<HeldHandover> {
  const before = plan.standing;
  plan.standing = visit.t.standing.swapLocking;
  try {
    return await giveOver(visit);
  } catch (error) {
    if (error instanceof SmpRefusal) plan.standing = before;
    throw error;
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Whoever stands there decides; a dose of which nobody knows must be found out first. */
async function tellState(visit: Visit, plan: SwapPlan): Promise<void> {
  const { t } = visit;
  const { doses } = await visit.granted(fault.doubts, {});
  if (doses.length > 0) {
    const names = doses.map(({ slot, date }) => `${slotWord(slot, t.language)} ${date}`);
    const [first] = doses;
    throw failure(t, 'swapDoubts', t.list(names), `${first?.slot}/${first?.date}`);
  }
  const faults = await faultsOf(visit);
  if (faults.length > 0) plan.tell(t.fault.reports(t.list(faults.map((one) => `${one.number} ${titleOf(t, one)}`))));
}

/** What came before goes on from where it was; a log that is not whole is kept all the same. @returns how many records */
async function fetchLog(visit: Visit, folder: SwapFolder, file: string): Promise<number> {
  const { t } = visit;
  // The copy that an earlier look has left open stands still; a new one has what was written since.
  await visit.granted(fs.close, {});
  const bytes = await download(visit, 'log', folder.begun(file), () => undefined);
  folder.keep(file, bytes);
  try {
    return readLog(bytes).records.at(-1)?.seq ?? 0;
  } catch (error) {
    if (error instanceof LogFileError) throw mistake(t, 'notALog', file, t.log.defects[error.defect], error.at);
    throw error;
  }
}

/** @returns how many records the centre has not acknowledged; null where the unit does not tell */
async function waitForLine(visit: Visit): Promise<number | null> {
  const endMs = performance.now() + LAST_WORDS_MS;
  let before: number | undefined;
  for (;;) {
    const reply = await visit.ask(stat.data, { name: 'link' });
    const waiting = reply.ok ? reply.value.fields.waiting : undefined;
    if (waiting === undefined) return null;
    // A unit without a line does not get anywhere, and is not waited for.
    const stuck = before !== undefined && waiting >= before;
    if (waiting === 0 || stuck || performance.now() >= endMs) return waiting;
    before = waiting;
    await delay(LOOK_MS, undefined, { signal: visit.signal });
  }
}
