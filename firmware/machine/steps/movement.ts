import type { Evidence, RollId } from '../../../hal/ports/mechanism.ts';
import { epochSecondsAt } from '../../domain/civil-time.ts';
import { type Dose, isTakenAlong } from '../../domain/dose.ts';
import { firstLeftover } from '../../domain/leftovers.ts';
import { doseIn, type Intent } from '../../domain/memory.ts';
import type { Turn } from '../turn.ts';
import { restOf, verdictOnPress, verdictOnTakeOut } from '../verdict.ts';
import { tellOfMissingRoll } from './watch.ts';

/** Every movement begins here: the intent becomes durable with this turn's commit, only then does the motor turn. */
function intend(turn: Turn, kind: Intent['kind'], roll: RollId, dose: Dose | null): void {
  const evidence = turn.volatile.evidence as Evidence;
  const id = (turn.memory.intent?.id ?? 0) + 1;
  turn.change({
    set: 'intent',
    intent: {
      id,
      kind,
      roll,
      dose: dose?.key ?? null,
      ordinal: dose?.moved ?? 0,
      atMs: turn.nowMs,
      fedBefore: evidence.fed[roll] ?? 0,
      binnedBefore: evidence.binned ?? 0,
      outcome: 'open',
    },
  });
  turn.remember({ watched: true, cupStirred: false });
  turn.effect({ type: `mechanism.${kind}`, intent: id, roll });
}

/** The press: one sachet of the open dose. */
export function intendRelease(turn: Turn): void {
  const verdict = verdictOnPress(turn.memory, turn.volatile, turn.stamp);
  if (!verdict.release) throw new Error(`A release was asked for although: ${verdict.refusal}.`);
  release(turn, verdict.dose, verdict.roll, verdict.dose.ahead);
}

/** The next sachet of a dose that was begun. */
export function intendRest(turn: Turn): void {
  const rest = restOf(turn.memory, turn.volatile, turn.stamp);
  if (rest?.roll == null) throw new Error('The rest of a dose was asked for although there is none.');
  release(turn, rest.dose, rest.roll, rest.dose.ahead);
}

/** One sachet of the next dose for a trip. */
export function intendTakeOut(turn: Turn): void {
  const verdict = verdictOnTakeOut(turn.memory, turn.volatile, turn.stamp);
  if (!verdict.release) throw new Error(`A take-out was asked for although: ${verdict.refusal}.`);
  release(turn, verdict.dose, verdict.roll, turn.nowMs < verdict.dose.opensMs);
}

function release(turn: Turn, dose: Dose, roll: RollId, ahead: boolean): void {
  const releasing = turn.dose(dose, { fate: 'releasing', ahead });
  intend(turn, 'release', roll, releasing);
}

/** Draws back what nobody took. */
export function intendRetract(turn: Turn): void {
  const dose = doseIn(turn.memory, 'presented');
  if (dose === null) throw new Error('A retract was asked for although nothing is presented.');
  const last = turn.memory.intent;
  intend(turn, 'retract', last?.roll ?? 'A', dose);
}

/** Drops a sachet whose time is over into the bin. */
export function intendSwallow(turn: Turn): void {
  const leftover = firstLeftover(turn.memory);
  if (leftover === null) throw new Error('A swallow was asked for although nothing is left over.');
  intend(turn, 'swallow', leftover.roll, leftover.dose);
}

export function inspect(turn: Turn): void {
  turn.effect({ type: 'mechanism.inspect' });
}

export function stopMotors(turn: Turn): void {
  turn.effect({ type: 'mechanism.stop' });
}

export function enterCustody(turn: Turn): void {
  turn.remember({ custodySinceMonoMs: turn.stamp.monoMs });
}

/** A fault ends a take-out: whoever comes to mend it decides anew. */
export function dropTakeOut(turn: Turn): void {
  const command = turn.volatile.takeOutFor?.command ?? null;
  if (command !== null) turn.answerLater(command, { status: 'failed', errors: [{ path: 'doses', code: 'not-done' }] });
  turn.remember({ takeOutLeft: null, takeOutFor: null });
}

export function beginTakeOut(turn: Turn): void {
  if (turn.event.type !== 'takeOut.requested') return;
  const { doses, awayUntilMs = null } = turn.event;
  turn.remember({ takeOutLeft: doses, takeOutFor: { command: turn.command?.id ?? null, awayUntilMs } });
  turn.answer({ status: 'accepted' });
}

/**
 * The trip begins: until it ends, or the last dose taken out would have closed, the unit is quiet. One that ended before its
 * last dose, because the next one may not come, is quiet for no longer than what came lasts.
 */
export function endTakeOut(turn: Turn): void {
  const { takeOutLeft, takeOutFor } = turn.volatile;
  const isWhole = (takeOutLeft ?? 0) === 0;
  if (!isWhole) dropTakeOut(turn);
  else if (takeOutFor?.command != null) turn.answerLater(takeOutFor.command, { status: 'done' });
  turn.remember({ takeOutLeft: null, takeOutFor: null });
  const awayUntilMs = isWhole ? (takeOutFor?.awayUntilMs ?? null) : null;
  let untilMs = awayUntilMs ?? 0;
  for (const dose of turn.memory.doses.values()) {
    if (isTakenAlong(dose) && awayUntilMs === null) untilMs = Math.max(untilMs, dose.closesMs);
  }
  if (untilMs > turn.nowMs && turn.memory.registers.presence.mode === 'home') {
    turn.register('presence', { mode: 'away', untilMs });
    turn.record({ type: 'presence.changed', presence: 'away', until: epochSecondsAt(untilMs) });
  }
}

export function noteDoor(turn: Turn): void {
  if (turn.event.type === 'door.opened') {
    // A switch that bounces does not begin the wait anew.
    const { door } = turn.volatile;
    if (door === 'closed' || door === 'unknown') turn.remember({ doorOpenedMonoMs: turn.stamp.monoMs });
    turn.remember({ door: turn.event.withKey ? 'opened' : 'forced' });
  }
  if (turn.event.type === 'door.closed') {
    turn.remember({ door: 'closed' });
    turn.clear('door-left-open');
    tellOfMissingRoll(turn);
  }
}

export function lockDoor(turn: Turn): void {
  turn.effect({ type: 'lock.set', locked: true });
}

export function unlockDoor(turn: Turn): void {
  turn.effect({ type: 'lock.set', locked: false });
}

export function pointToCup(turn: Turn): void {
  turn.say('take-the-sachet');
}

/** A unit that cannot draw a sachet back can only tell. */
export function tellOfUnheeded(turn: Turn): void {
  turn.raise('dose-not-taken', doseIn(turn.memory, 'presented'));
}
