import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { doseName } from '../../protocol/alarm-words.ts';
import { fault } from '../../protocol/smp/commands/fault.ts';
import { fs } from '../../protocol/smp/commands/fs.ts';
import { stat } from '../../protocol/smp/commands/stat.ts';
import { download } from './download.ts';
import { checkHeir, hungRolls, isHandedOver, lockForGood, readHandover } from './handover.ts';
import { LogFileError, readLog } from './log-file.ts';
import { onTime } from './on-time.ts';
import { faultsOf, titleOf } from './portrait.ts';
import { failure, mistake, TechProblem } from './problem.ts';
import { refusalIn } from './refusals.ts';
import { SmpRefusal } from './smp-client.ts';
import type { KeptAndHandover, KeptSwap, SwapFolder } from './swap-folder.ts';
import type { SwapPlan } from './swap-plan.ts';
import type { Visit } from './visit.ts';

/** Time for a unit with a line to send its last records. */
const LAST_WORDS_MS = 15_000;
const LOOK_MS = 500;

/**
 * Takes a unit that can still be asked out of its place: looks whether it may go, fetches its records, locks it for good,
 * and keeps all that it said. Up to the lock nothing is changed; what can be refused is refused before.
 * @param heir the ledger of the unit at the other cable, when it has one already
 * @throws TechProblem, SmpRefusal, SmpSilence
 */
export async function partFrom(
  visit: Visit,
  plan: SwapPlan,
  folder: SwapFolder,
  heir: number | undefined,
): Promise<KeptAndHandover> {
  const { t } = visit;
  const { device } = plan.enrolment.says;
  const { epoch } = await mayGo(visit, plan, heir);
  const log = folder.logFile(device, epoch);
  if (!(await isHandedOver(visit))) {
    await tellState(visit, plan);
    await fetchLog(visit, plan, folder, log);
    folder.checkRoom(folder.begun(log).length);
    if (!(await plan.agree(t.swap.lockQuestion(device)))) throw failure(t, 'swapDeclined');
    await visit.freshen();
    await lock(visit, plan);
  }
  plan.standing = t.standing.swapLocked(folder.path);
  plan.tell(t.swap.locked(device));
  const handover = await readHandover(visit);
  checkHeir(t, handover, plan.enrolment.says);
  const rolls = await hungRolls(visit);
  const waiting = await waitForLine(visit, plan);
  const records = await fetchLog(visit, plan, folder, log);
  const { lastSeq } = handover.says;
  if (records !== null && records < lastSeq) throw failure(t, 'logShort', records, lastSeq);
  const kept: KeptSwap = { device, epoch, lastSeq, waiting, log: basename(log), rolls };
  folder.close(handover, kept);
  plan.tell(t.swap.kept(records ?? lastSeq, folder.path));
  return { kept, handover };
}

/** Whether this is the unit that goes, and can say what it knows. */
async function mayGo(visit: Visit, plan: SwapPlan, heir: number | undefined): Promise<{ readonly epoch: number }> {
  const { t } = visit;
  const { device } = plan.enrolment.says;
  const state = await visit.state();
  if (state.device !== device) throw mistake(t, 'swapOther', device, state.device ?? t.info.nobody);
  const { config = 0, epoch, phase } = state;
  // One that is locked for good already tells once more what it knows.
  if ((phase !== 'running' && phase !== 'replaced') || epoch === undefined) throw failure(t, 'donorDown');
  if (epoch === heir) throw mistake(t, 'swapSame', device);
  if (plan.config !== undefined && plan.config.says.version < config) {
    throw mistake(t, 'planOlder', plan.config.says.version, config);
  }
  const { role } = await visit.enter();
  if (role !== 'technician') throw failure(t, 'denied', t.roles[role]);
  return { epoch };
}

/** A unit that refuses is as it was; one that does not answer may be locked. */
async function lock(visit: Visit, plan: SwapPlan): Promise<void> {
  const before = plan.standing;
  plan.standing = visit.t.standing.swapLocking;
  try {
    await onTime(visit, plan, () => lockForGood(visit, plan.enrolment.says));
  } catch (error) {
    if (error instanceof SmpRefusal || error instanceof TechProblem) plan.standing = before;
    const why = error instanceof SmpRefusal ? refusalIn(error.error) : undefined;
    const { device } = plan.enrolment.says;
    if (why === 'dose-open') throw failure(visit.t, 'swapDoseOpen');
    if (why === 'unknown-kid') throw failure(visit.t, 'notItsSuccessor', device);
    throw why === 'another-device' ? failure(visit.t, 'otherEnrolment', device) : error;
  }
}

/** Whoever stands there decides; a dose of which nobody knows must be found out first. */
async function tellState(visit: Visit, plan: SwapPlan): Promise<void> {
  const { t } = visit;
  const { doses } = await visit.granted(fault.doubts, {});
  if (doses.length > 0) {
    const names = doses.map((dose) => doseName(dose, t.language));
    const [first] = doses;
    throw failure(t, 'swapDoubts', t.list(names), `${first?.slot}/${first?.date}`);
  }
  const faults = await faultsOf(visit);
  if (faults.length > 0) plan.tell(t.fault.reports(t.list(faults.map((one) => `${one.number} ${titleOf(t, one)}`))));
}

/**
 * What came before goes on from where it was. A log that cannot be read is kept all the same: what the other unit must
 * know is in the handover.
 * @returns how many records; null when nobody can tell
 */
async function fetchLog(visit: Visit, plan: SwapPlan, folder: SwapFolder, file: string): Promise<number | null> {
  const { t } = visit;
  // The copy that an earlier look has left open stands still; a new one has what was written since.
  await visit.granted(fs.close, {});
  const progress = plan.progress('/log');
  try {
    const begun = folder.begun(file);
    let parts = [begun];
    const bytes = await download(visit, 'log', begun, (data, offset, whole) => {
      parts = offset === 0 ? [data] : [...parts, data];
      progress.update(offset + data.length, whole);
    }).catch((error: unknown) => {
      folder.keep(file, Buffer.concat(parts));
      throw error;
    });
    folder.keep(file, bytes);
    return readLog(bytes).records.at(-1)?.seq ?? 0;
  } catch (error) {
    if (!(error instanceof LogFileError)) throw error;
    plan.tell(t.swap.logUnreadable(file));
    return null;
  } finally {
    progress.stop();
  }
}

/** @returns how many records the centre has not acknowledged; null where the unit does not tell */
async function waitForLine(visit: Visit, { tell }: SwapPlan): Promise<number | null> {
  const endMs = performance.now() + LAST_WORDS_MS;
  let before: number | undefined;
  for (;;) {
    const reply = await visit.ask(stat.data, { name: 'link' });
    const waiting = reply.ok ? reply.value.fields.waiting : undefined;
    if (waiting === undefined) return null;
    // A unit without a line does not get anywhere, and is not waited for.
    const stuck = before !== undefined && waiting >= before;
    if (waiting === 0 || stuck || performance.now() >= endMs) return waiting;
    if (before === undefined) tell(visit.t.swap.lastWords(waiting, LAST_WORDS_MS / 1000));
    before = waiting;
    await delay(LOOK_MS, undefined, { signal: visit.signal });
  }
}
