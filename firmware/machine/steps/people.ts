import { HUSH_MS } from '../../domain/alarm-rounds.ts';
import { epochSecondsAt } from '../../domain/civil-time.ts';
import { type Dose, isFinal } from '../../domain/dose.ts';
import { owedBy } from '../../domain/leftovers.ts';
import { LOCKING, UNTIL_REFILLED } from '../../domain/lockout.ts';
import { doseIn, openIntent } from '../../domain/memory.ts';
import { refused } from '../../domain/orders.ts';
import { doubtBay } from '../doubted-bays.ts';
import { nameOf, type Turn } from '../turn.ts';
import { losePart } from './settlement.ts';

/** What people with a key, a session or a command do to the unit. */

export function recordDoor(turn: Turn): void {
  if (turn.event.type === 'door.opened') {
    turn.record({ type: 'door.opened', authorised: turn.event.withKey });
    expectHands(turn);
  }
  if (turn.event.type === 'door.closed') turn.record({ type: 'door.closed' });
}

/** The service door came open without a key. */
export function raiseTamper(turn: Turn): void {
  recordDoor(turn);
  turn.raise('tamper');
  turn.say('tamper');
}

/** Somebody's hands are in the mechanism, which outlasts a power cut: the counters are read anew. */
function expectHands(turn: Turn): void {
  if (!turn.memory.registers.handsIn) turn.register('handsIn', true);
}

/** A technician says the mechanism is right again; it is inspected before it may move. */
export function clearFaults(turn: Turn): void {
  for (const code of LOCKING) if (!UNTIL_REFILLED.includes(code)) turn.clear(code);
  turn.remember({ stalls: 0, losses: null });
  expectHands(turn);
  turn.answer({ status: 'done' });
}

/** A person has found out what became of the uncertain dose, and is believed: there is nobody better to ask. */
export function settleUncertainty(turn: Turn): void {
  if (turn.event.type !== 'uncertainty.settled') return;
  const dose = turn.memory.doses.get(turn.event.dose);
  if (dose === undefined || dose.fate !== 'uncertain') {
    turn.answer(refused('state-mismatch', 'dose'));
    return;
  }
  turn.answer({ status: 'done' });
  const { fate } = turn.event;
  const name = nameOf(dose.key) as { slot: string; date: string };
  // Unlabelled sachets of it that stayed on the roll must not pass for the next dose.
  turn.fate(dose, fate, { type: 'dose.settled', ...name, fate }, owedBy(turn.memory, dose));
  turn.clear('dose-uncertain', dose);
  if (fate === 'taken') noteLateRelease(turn, dose);
  // The person and the counter tell different stories: which sachet is next, only a new look at the roll can say.
  const { intent } = turn.memory;
  if (fate === 'taken' && intent !== null && !countedOut(turn, dose)) doubtBay(turn, intent.roll);
  expectHands(turn);
}

/** The least interval runs from a dose that a person says was taken, whatever the counters say. */
function noteLateRelease(turn: Turn, dose: Dose): void {
  const { intent, registers } = turn.memory;
  const releasedMs = intent?.dose === dose.key && intent.kind === 'release' ? intent.atMs : dose.changedMs;
  if (releasedMs > (registers.lastDoseMs ?? 0)) turn.register('lastDoseMs', releasedMs);
}

/** Whether the counters say that a sachet of the doubted movement left its roll. */
function countedOut(turn: Turn, dose: Dose): boolean {
  const { intent } = turn.memory;
  const doubted = intent?.dose === dose.key && intent.kind === 'release' && intent.outcome === 'unknown';
  if (!doubted) return dose.moved > 0;
  const fed = turn.volatile.evidence?.fed[intent.roll] ?? null;
  return fed !== null && fed > intent.fedBefore;
}

/** Whoever holds the key took the presented sachet out: the citizen did not. */
export function removedAtService(turn: Turn): void {
  const { evidence } = turn.volatile;
  if (evidence !== null) turn.remember({ evidence: { ...evidence, cup: 'empty' } });
  loseWhatWasBegun(turn);
  const dose = doseIn(turn.memory, 'presented');
  if (dose === null || isFinal(dose.fate) || openIntent(turn.memory) !== null) return;
  const name = nameOf(dose.key) as { slot: string; date: string };
  turn.fate(dose, 'withheld', { type: 'dose.withheld', ...name, reason: 'left-in-cup' });
  turn.clear('dose-not-taken', dose);
}

/** Of a dose of several sachets those that lay in the cup are gone: the rest alone would be half a dose. */
function loseWhatWasBegun(turn: Turn): void {
  const begun = doseIn(turn.memory, 'releasing');
  if (begun === null || begun.moved === 0) return;
  const intent = openIntent(turn.memory);
  if (intent !== null) turn.change({ set: 'intent', intent: { ...intent, outcome: 'unknown' } });
  losePart(turn);
}

export function startAbsence(turn: Turn): void {
  if (turn.event.type !== 'absence.started') return;
  const { untilMs } = turn.event;
  turn.register('presence', { mode: 'away', untilMs });
  turn.record({ type: 'presence.changed', presence: 'away', until: epochSecondsAt(untilMs) });
  turn.answer({ status: 'done' });
}

export function startPause(turn: Turn): void {
  turn.answer({ status: 'done' });
  if (turn.memory.registers.presence.mode === 'paused') return;
  turn.register('presence', { mode: 'paused', untilMs: null });
  turn.record({ type: 'presence.changed', presence: 'paused' });
}

export function comeHome(turn: Turn): void {
  if (turn.event.type === 'pause.ended' || turn.event.type === 'absence.ended') turn.answer({ status: 'done' });
  if (turn.memory.registers.presence.mode === 'home') return;
  turn.register('presence', { mode: 'home', untilMs: null });
  turn.record({ type: 'presence.changed', presence: 'home' });
}

export function grantQuiet(turn: Turn): void {
  turn.remember({ quietUntilMonoMs: turn.stamp.monoMs + turn.memory.settings.quietMs });
}

/** Whatever alarms there are now make no sound for a while; one that comes later does. Their light stays. */
export function hushAlarms(turn: Turn): void {
  const codes = [...new Set([...turn.memory.alarms.values()].map(({ code }) => code))];
  if (codes.length > 0) turn.remember({ hushed: { codes, untilMonoMs: turn.stamp.monoMs + HUSH_MS } });
}

/** The centre may grant it to those who may not take it themselves. */
export function keepSilent(turn: Turn): void {
  if (turn.event.type !== 'silence.requested') return;
  turn.remember({ quietUntilMonoMs: turn.stamp.monoMs + turn.event.forMs });
  turn.answer({ status: 'done' });
}
