import { hexOf } from '../../../protocol/cose/bytes.ts';
import type { Handover } from '../../../protocol/messages/handover.ts';
import { clockSkewSecondsMax, commandSecondsMax } from '../../../protocol/messages/signed-limits.ts';
import { openDose } from '../../domain/agenda.ts';
import { dosesNobodyKnows, takenOver } from '../../domain/handover.ts';
import { type Outcome, refused } from '../../domain/orders.ts';
import { doubt } from '../doubted-dose.ts';
import type { Turn } from '../turn.ts';
import { dropTakeOut } from './movement.ts';
import { closeUnseen, passTime } from './schedule.ts';

/** One unit takes the place of another, so that between them no dose is given twice and none is forgotten. */

/**
 * The unit gives nothing any more, and cannot be made to: what it held is told once, the same however often it is read,
 * and to one heir, for two would give the same doses.
 */
export function handOver(turn: Turn): void {
  if (turn.event.type !== 'handover.asked') return;
  const heir = hexOf(turn.event.heir);
  const { handedOver } = turn.memory.registers;
  if (handedOver !== null) {
    turn.answer(handedOver.heir === heir ? { status: 'done' } : refused('another-device', 'heir'));
    return;
  }
  // The other unit must know which doses opened since.
  if (!turn.stamp.trusted) {
    turn.answer(refused('time-suspect'));
    return;
  }
  passTime(turn);
  dropTakeOut(turn);
  const open = openDose(turn.memory, turn.nowMs);
  if (open !== null) turn.dose(open, {});
  turn.record({ type: 'unit.handedOver' });
  turn.register('handedOver', { atMs: turn.nowMs, seq: turn.memory.lastSeq, heir });
  turn.answer({ status: 'done' });
}

/** A dose that moves, lies in the cup or is in doubt ends first; nobody else could end it. */
export function refuseHandover(turn: Turn): void {
  turn.answer(refused('dose-open'));
}

/**
 * The doses of another unit become this one's, before it has held any medicine of its own. What has ended there is never
 * given here. Where that unit can no longer be asked, a dose that is open now is for a person to find out.
 */
export function takeOver(turn: Turn): void {
  if (turn.event.type !== 'handover.offered') return;
  const { handover } = turn.event;
  const { epoch, lastSeq, lastDoseAt } = handover;
  const { tookOver } = turn.memory.registers;
  if (tookOver?.epoch === epoch && tookOver.through === lastSeq) {
    turn.answer({ status: 'done' });
    return;
  }
  const refusal = whyNotTakenOver(turn, handover);
  if (refusal !== null) {
    turn.answer(refusal);
    return;
  }
  for (const dose of takenOver(turn.memory, handover)) turn.change({ set: 'dose', dose });
  if (handover.source === 'unit') goOnFrom(turn, handover.at * 1000);
  takePresence(turn, handover);
  if (lastDoseAt !== undefined) turn.register('lastDoseMs', lastDoseAt * 1000);
  turn.register('tookOver', { epoch, through: lastSeq });
  turn.record({ type: 'unit.tookOver', epoch, through: lastSeq });
  for (const dose of dosesNobodyKnows(turn.memory, handover, turn.nowMs)) {
    if (turn.nowMs < dose.closesMs) doubt(turn, dose, 'no-evidence');
    else closeUnseen(turn, dose);
  }
  passTime(turn);
  turn.answer({ status: 'done' });
}

/**
 * An old word of a unit itself may be one of a swap before the last: what others gave since would be given again. Of the
 * centre's every age is taken, for there a dose that is open now is in doubt anyway.
 */
function whyNotTakenOver({ memory, stamp, nowSeconds }: Turn, { at, source }: Handover): Outcome | null {
  const { handedOver, tookOver, lastDoseMs } = memory.registers;
  if (handedOver !== null) return refused('replaced');
  if (memory.settings.version === 0) return refused('state-mismatch', 'config');
  if (tookOver !== null) return refused('replayed');
  const isFresh = memory.rolls.size === 0 && memory.intent === null && lastDoseMs === null;
  if (!isFresh) return refused('state-mismatch', 'doses');
  if (!stamp.trusted) return refused('time-suspect');
  if (at > nowSeconds + clockSkewSecondsMax) return refused('not-yet-issued', 'at');
  return source === 'unit' && at < nowSeconds - commandSecondsMax ? refused('expired', 'at') : null;
}

/** The other unit has ended what opened before, and gave nothing after. */
function goOnFrom(turn: Turn, atMs: number): void {
  const { setUpMs, scheduleFromMs } = turn.memory.registers;
  turn.register('setUpMs', Math.min(setUpMs, atMs));
  turn.register('scheduleFromMs', Math.min(scheduleFromMs, atMs));
}

function takePresence(turn: Turn, { presence, until }: Handover): void {
  if (presence === turn.memory.registers.presence.mode) return;
  turn.register('presence', { mode: presence, untilMs: until === undefined ? null : until * 1000 });
  turn.record({ type: 'presence.changed', presence, ...(until === undefined ? {} : { until }) });
}
