import type { Evidence, MechanismAnswer, RollId } from '../../../hal/ports/mechanism.ts';
import { type Dose, doseKey, isFinal } from '../../domain/dose.ts';
import { isWhereItWas, type Judgement, judge } from '../../domain/evidence.ts';
import { isOver } from '../../domain/leftovers.ts';
import { isBlocked } from '../../domain/lockout.ts';
import { doseIn, type Intent, openIntent, type Position, positionOf } from '../../domain/memory.ts';
import { headOf, isLabel, type SachetLabel } from '../../domain/stock.ts';
import { doubtBay } from '../doubted-bays.ts';
import { doubt } from '../doubted-dose.ts';
import { lossesNow } from '../losses.ts';
import { nameOf, type Turn } from '../turn.ts';
import { dropTakeOut } from './movement.ts';
import { passTime } from './schedule.ts';

/** After this many movements in a row that did not happen, the mechanism is called jammed. */
const STALLS_MAX = 2;

/** What the sensors say after a movement, or at an inspection: closes the open intent, or checks nothing moved. */
export function takeEvidence(turn: Turn): void {
  const event = turn.event as MechanismAnswer;
  const { evidence } = event;
  turn.remember({ evidence });
  noteReturn(turn);
  if (evidence.gate === 'blocked') turn.raise('mechanism-jam');
  const intent = openIntent(turn.memory);
  if (intent === null) checkPosition(turn, evidence);
  else settle(turn, intent, evidence);
  if (event.type === 'mechanism.jammed') turn.raise('mechanism-jam');
  const presented = doseIn(turn.memory, 'presented');
  if (presented !== null && evidence.cup === 'empty') missFromCup(turn, presented, intent !== null);
  if (turn.volatile.watched) turn.remember({ watched: false });
  if (!turn.volatile.parts.cupSensor) {
    // Whoever comes to mend the unit finds the cup, and the dose out of the machine's hands.
    if (isBlocked(turn.memory)) giveUnseen(turn);
  } else if (evidence.cup !== 'empty' && isAtRest(turn)) {
    turn.raise('sensor-fault');
  }
}

/**
 * A dose that ought to lie in the cup does not: somebody took it unseen, or it never came there.
 * @param justMoved it came out by the movement that has come to its end now
 */
function missFromCup(turn: Turn, dose: Dose, justMoved: boolean): void {
  const { watched, cupStirred } = turn.volatile;
  // Nobody looked during a restart; of a movement that the unit watched, the sensor tells when the dose is picked up.
  if (!justMoved || !watched || cupStirred) {
    leftTheCup(turn, dose, true);
    return;
  }
  doubt(turn, dose, 'no-evidence');
  turn.raise('sensor-fault');
}

/**
 * No dose lies in the cup and none is on its way into it: a sensor that cannot say so must not meet a dose, and nobody
 * must be told to take what lies there.
 */
function isAtRest(turn: Turn): boolean {
  const { memory } = turn;
  return openIntent(memory) === null && !INTO_THE_CUP.some((fate) => doseIn(memory, fate) !== null);
}

const INTO_THE_CUP = ['releasing', 'presented', 'uncertain'] as const;

/** At rest, the counters must stand where the last movement left them. */
function checkPosition(turn: Turn, evidence: Evidence): void {
  const { position, handsIn } = turn.memory.registers;
  const bays = turn.memory.settings.profile.rolls;
  const known = evidence.binned !== null && bays.every((bay) => evidence.fed[bay] !== null);
  if (!known || (position !== null && !handsIn && !isWhereItWas(position, evidence))) {
    turn.raise('position-mismatch');
    return;
  }
  if (position !== null) {
    accountForHands(turn, position, evidence);
    resolveDoubt(turn, evidence);
  }
  if (position === null || !isWhereItWas(position, evidence)) turn.register('position', positionOf(evidence));
  if (handsIn && turn.volatile.door === 'closed') turn.register('handsIn', false);
}

/** What hands have cut, the counters say has left the rolls. A dose that is still to come cannot come any more then. */
function accountForHands(turn: Turn, position: Position, evidence: Evidence): void {
  for (const roll of turn.memory.rolls.values()) {
    const before = position.fed[roll.id];
    const by = before === null ? 0 : (evidence.fed[roll.id] ?? 0) - before;
    if (by <= 0) continue;
    const cut = roll.sachets.slice(roll.next, roll.next + by);
    if (cut.some((sachet) => isLabel(sachet) && isStillToCome(turn, sachet))) turn.raise('stock-mismatch');
    if (cut.filter((sachet) => sachet === 'unlabelled').length > doubtedOn(turn, roll.id)) doubtBay(turn, roll.id);
    turn.roll(roll, by);
  }
}

/** How many sachets of a bay the last, doubted movement may have cut. */
function doubtedOn({ memory: { intent } }: Turn, bay: RollId): number {
  return intent?.outcome === 'unknown' && intent.kind !== 'retract' && intent.roll === bay ? 1 : 0;
}

function isStillToCome(turn: Turn, label: SachetLabel): boolean {
  const dose = turn.memory.doses.get(doseKey(label.slot, label.date));
  return dose?.fate !== 'uncertain' && !isOver(turn.memory, label);
}

/**
 * Believable counters, read at rest, resolve a doubted movement; the doubted dose still waits for a person. A sachet that
 * was counted may have been pushed back on to its roll since: what comes next is known when that is fitted anew.
 */
function resolveDoubt(turn: Turn, evidence: Evidence): void {
  const { intent } = turn.memory;
  if (intent?.outcome !== 'unknown') return;
  const moved = intent.kind !== 'retract' && (evidence.fed[intent.roll] ?? 0) > intent.fedBefore;
  if (moved) doubtBay(turn, intent.roll);
  turn.change({ set: 'intent', intent: { ...intent, outcome: moved ? 'moved' : 'notMoved' } });
  if (moved && intent.kind === 'release') turn.register('lastDoseMs', intent.atMs);
  const dose = intent.dose === null ? undefined : turn.memory.doses.get(intent.dose);
  if (dose === undefined || intent.kind === 'retract') return;
  const gone = dose.moved + (moved ? 1 : 0);
  const roll = turn.rollOf(intent.roll);
  const unlabelled = roll !== undefined && headOf(roll) === 'unlabelled';
  turn.dose(dose, unlabelled ? { moved: gone, owed: dose.sachets - gone, roll: roll.id } : { moved: gone, owed: 0 });
}

function settle(turn: Turn, intent: Intent, evidence: Evidence): void {
  const dose = doseOf(turn, intent);
  const judgement = judge(intent, evidence, dose?.moved ?? 0, turn.volatile.cupStirred);
  if (dose !== null && isWithAPerson(intent, dose)) {
    answerTooLate(turn, intent, evidence, judgement);
    return;
  }
  turn.change({ set: 'intent', intent: { ...intent, outcome: judgement } });
  if (judgement === 'unknown') {
    lose(turn, intent, dose);
    return;
  }
  turn.register('position', positionOf(evidence));
  turn.remember({ stalls: judgement === 'notMoved' ? turn.volatile.stalls + 1 : 0 });
  if (judgement === 'notMoved') stalled(turn, intent, dose);
  else MOVED[intent.kind](turn, intent, dose);
}

/** The mechanism was silent for so long that a person was told of the dose, or has settled it already. */
function isWithAPerson(intent: Intent, dose: Dose): boolean {
  return dose.fate === 'uncertain' || (intent.kind !== 'swallow' && isFinal(dose.fate));
}

/** The counters say what the movement came to; what became of its dose is the person's to say. */
function answerTooLate(turn: Turn, intent: Intent, evidence: Evidence, judgement: Judgement): void {
  turn.change({ set: 'intent', intent: { ...intent, outcome: 'unknown' } });
  const { position } = turn.memory.registers;
  if (judgement === 'unknown') doubtHead(turn, intent);
  if (judgement === 'unknown' || position === null) return;
  accountForHands(turn, position, evidence);
  resolveDoubt(turn, evidence);
  turn.register('position', positionOf(evidence));
}

const MOVED: Readonly<Record<Intent['kind'], (turn: Turn, intent: Intent, dose: Dose | null) => void>> = {
  release: released,
  swallow: swallowed,
  retract: retracted,
};

function released(turn: Turn, intent: Intent, dose: Dose | null): void {
  const roll = turn.rollOf(intent.roll);
  if (dose === null || roll === undefined) return;
  turn.roll(roll, 1);
  turn.register('lastDoseMs', intent.atMs);
  const moved = dose.moved + 1;
  if (dose.moved === 0) turn.record({ type: 'dose.released', slot: dose.slot, date: dose.date, roll: intent.roll });
  if (moved < dose.sachets) {
    turn.dose(dose, { moved });
    return;
  }
  present(turn, dose, moved);
}

/** All there is of the dose lies in the cup. */
function present(turn: Turn, dose: Dose, moved: number): void {
  turn.fate(dose, 'presented', { type: 'dose.presented', slot: dose.slot, date: dose.date }, { moved });
}

/** Part of the dose lies in the cup and the rest cannot come: how much was given is for a person to find out. */
export function losePart(turn: Turn): void {
  const dose = doseIn(turn.memory, 'releasing');
  if (dose !== null) doubt(turn, dose, 'partial');
}

function swallowed(turn: Turn, intent: Intent, dose: Dose | null): void {
  const roll = turn.rollOf(intent.roll);
  if (roll === undefined) return;
  const head = headOf(roll);
  turn.roll(roll, 1);
  const name = dose ?? (isLabel(head) ? head : null);
  if (name !== null) turn.record({ type: 'sachet.swallowed', slot: name.slot, date: name.date, roll: intent.roll });
  if (dose !== null) turn.dose(dose, { moved: dose.moved + 1, owed: Math.max(0, dose.owed - 1) });
  binFilled(turn, 1);
}

function retracted(turn: Turn, _intent: Intent, dose: Dose | null): void {
  if (dose === null) return;
  turn.fate(dose, 'retracted', { type: 'dose.retracted', slot: dose.slot, date: dose.date });
  turn.raise('dose-not-taken', dose);
  // Nobody is there to take what comes next, so a take-out ends here.
  dropTakeOut(turn);
  binFilled(turn, dose.moved);
}

function binFilled(turn: Turn, by: number): void {
  const inBin = turn.memory.registers.inBin + by;
  turn.register('inBin', inBin);
  if (inBin >= turn.memory.settings.profile.binSachetsMax) turn.raise('bin-full');
}

/** It surely did not move: the dose is as open as before, and a press may try once more. */
function stalled(turn: Turn, intent: Intent, dose: Dose | null): void {
  if (intent.kind === 'release' && dose !== null && dose.moved === 0) {
    turn.dose(dose, { fate: 'due', ahead: false });
    // Its window may have closed meanwhile, and no deadline waits for that any more.
    passTime(turn);
  }
  if (turn.volatile.stalls >= STALLS_MAX) turn.raise('mechanism-jam');
}

/** The mechanism does not even answer. Whether a dose came out may be seen later; that nobody knows it now is told now. */
export function reportSilence(turn: Turn): void {
  turn.raise('mechanism-silent');
  const dose = doseOf(turn, openIntent(turn.memory));
  if (dose !== null && !isFinal(dose.fate) && dose.fate !== 'uncertain') doubt(turn, dose, 'no-evidence');
}

/** One that goes away again and again, and never stays, is as silent as one that never answers. */
export function noteLoss(turn: Turn): void {
  const { monoMs } = turn.stamp;
  const sinceMonoMs = lossesNow(turn.memory, turn.volatile, turn.stamp)?.sinceMonoMs ?? monoMs;
  turn.remember({ losses: { sinceMonoMs, lastMonoMs: monoMs, isAway: true } });
  if (monoMs - sinceMonoMs >= turn.memory.settings.profile.moveMsMax) turn.raise('mechanism-silent');
}

/** How long it stays counts from now on. */
function noteReturn(turn: Turn): void {
  const { losses } = turn.volatile;
  if (losses?.isAway === true) turn.remember({ losses: { ...losses, lastMonoMs: turn.stamp.monoMs, isAway: false } });
}

function doseOf({ memory }: Turn, intent: Intent | null): Dose | null {
  return intent?.dose == null ? null : (memory.doses.get(intent.dose) ?? null);
}

/** Nobody can say what moved: locked, told, alarmed, and settled by a person. */
function lose(turn: Turn, intent: Intent, dose: Dose | null): void {
  if (dose === null || isFinal(dose.fate)) {
    turn.raise('position-mismatch');
    return;
  }
  doubt(turn, dose, 'no-evidence');
  if (intent.kind !== 'retract') {
    doubtHead(turn, intent);
    return;
  }
  turn.raise(turn.volatile.evidence?.cup === 'unknown' ? 'sensor-fault' : 'position-mismatch');
}

/** A sachet was counted and lies in the way: whoever comes to free it is told at once that the roll is to be fitted anew. */
function doubtHead(turn: Turn, { roll, fedBefore }: Intent): void {
  const { evidence } = turn.volatile;
  if (evidence?.gate === 'blocked' && (evidence.fed[roll] ?? 0) > fedBefore) doubtBay(turn, roll);
}

/** The pickup sensor saw the cup emptied: the dose was removed. That it was swallowed, nobody can say. */
export function pickedUp(turn: Turn): void {
  const { evidence } = turn.volatile;
  if (evidence !== null) turn.remember({ evidence: { ...evidence, cup: 'empty' } });
  if (openIntent(turn.memory) !== null) turn.remember({ cupStirred: true });
  const dose = doseIn(turn.memory, 'presented');
  // While a retract is unsettled the flap may have emptied the cup: the bin's counter tells which.
  if (dose !== null && openIntent(turn.memory) === null) leftTheCup(turn, dose, false);
}

/** Out of a unit that lies on its side it may have fallen: whoever set it up is asked what became of it. */
function leftTheCup(turn: Turn, dose: Dose, inferred: boolean): void {
  if (turn.volatile.placement.upright) taken(turn, dose, inferred);
  else doubt(turn, dose, 'no-evidence');
}

/** `inferred`: concluded from an empty cup, not seen. */
function taken(turn: Turn, dose: Dose, inferred: boolean): void {
  const name = nameOf(dose.key) as { slot: string; date: string };
  if (dose.ahead) {
    turn.fate(dose, 'takenOut', { type: 'dose.takenOut', ...name });
  } else {
    if (turn.stamp.trusted && turn.nowMs > (turn.memory.registers.lastDoseMs ?? 0))
      turn.register('lastDoseMs', turn.nowMs);
    const late = turn.nowMs >= dose.closesMs;
    turn.fate(dose, 'taken', {
      type: 'dose.taken',
      ...name,
      ...(late ? { late: true as const } : {}),
      ...(inferred ? { inferred: true as const } : {}),
    });
    turn.say('thank-you');
  }
  goOn(turn);
}

/** The dose was given, and so was that of a take-out. */
function goOn(turn: Turn): void {
  const { takeOutLeft } = turn.volatile;
  if (takeOutLeft !== null) turn.remember({ takeOutLeft: Math.max(0, takeOutLeft - 1) });
  turn.clear('dose-not-taken');
  turn.clear('dose-missed');
}

/** It came out, and nothing in this unit can see what becomes of it: that is all there is to say of it. */
export function giveUnseen(turn: Turn): void {
  const dose = doseIn(turn.memory, 'presented');
  if (dose === null) return;
  const { slot, date, ahead, closesMs } = dose;
  const late = !ahead && turn.nowMs >= closesMs;
  turn.fate(dose, 'released', {
    type: 'dose.given',
    ...{ slot, date },
    ...(late ? { late: true as const } : {}),
    ...(ahead ? { ahead: true as const } : {}),
  });
  goOn(turn);
}
