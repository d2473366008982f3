import type { RollId } from '../../../hal/ports/mechanism.ts';
import type { RefusalCode } from '../../../protocol/messages/refusal.ts';
import type { PhraseKey } from '../../../protocol/phrases.ts';
import { openIntent } from '../../domain/memory.ts';
import { misfitOf } from '../../domain/misfit.ts';
import { type Outcome, refused } from '../../domain/orders.ts';
import { SACHETS_PER_ROLL_MAX, type Sachet } from '../../domain/stock.ts';
import { doubtBay, trustBay } from '../doubted-bays.ts';
import type { Turn } from '../turn.ts';
import { watchRolls } from './schedule.ts';
import { watchHanging } from './watch.ts';

/** What is put into the unit and taken out of it at the open service door. */

type WhyNot = 'not-configured' | 'handed-over' | 'working' | 'time-suspect' | 'roll-refused';

/** What a technician is told. */
const REFUSED_AS: Readonly<Record<WhyNot, RefusalCode>> = {
  'not-configured': 'not-configured',
  'handed-over': 'replaced',
  working: 'busy',
  'time-suspect': 'time-suspect',
  'roll-refused': 'too-many-items',
};

function whyNotTakenIn(turn: Turn, sachets: readonly Sachet[]): WhyNot | null {
  if (turn.memory.settings.version === 0) return 'not-configured';
  if (turn.memory.registers.handedOver !== null) return 'handed-over';
  // What the last movement cut came off the roll that hung here then, not off this one.
  if (openIntent(turn.memory) !== null) return 'working';
  // Unlabelled sachets are told apart by what is due next, which a clock in doubt does not know.
  if (!turn.stamp.trusted && sachets.includes('unlabelled')) return 'time-suspect';
  return sachets.length > SACHETS_PER_ROLL_MAX ? 'roll-refused' : null;
}

/** Also shown, for as long as the door is open and nothing better hangs there. */
function refuseRoll(turn: Turn, id: RollId, phrase: PhraseKey, answer: Outcome): void {
  turn.note({ type: 'service.refused', what: turn.event.type });
  turn.say(phrase);
  turn.remember({ rollRefused: phrase });
  turn.answer(answer);
  // Something else may hang there now than what the ledger says.
  doubtBay(turn, id);
}

/** A roll was fitted at the open service door: taken in as it is announced, or refused with the reason. */
export function loadRoll(turn: Turn): void {
  if (turn.event.type !== 'stock.loaded') return;
  const { roll: id, sachets } = turn.event;
  if (!turn.memory.settings.profile.rolls.includes(id)) {
    turn.say('roll-refused');
    turn.answer(refused('unsupported', 'roll'));
    return;
  }
  const refusal = whyNotTakenIn(turn, sachets);
  if (refusal !== null) return refuseRoll(turn, id, refusal, refused(REFUSED_AS[refusal], 'sachets'));
  const wrong = misfitOf(turn.memory, id, sachets);
  if (wrong !== null) {
    const { misfit, at } = wrong;
    return refuseRoll(turn, id, misfit === 'roll-bay' ? 'roll-refused' : misfit, refused(misfit, `sachets.${at}`));
  }
  if (turn.volatile.rollRefused !== null) turn.remember({ rollRefused: null });
  turn.change({ set: 'roll', roll: { id, sachets, next: 0 } });
  for (const dose of turn.memory.doses.values()) {
    if (dose.owed > 0 && dose.roll === id) turn.dose(dose, { owed: 0 });
  }
  forgetDoubt(turn, id);
  turn.record({ type: 'stock.loaded', roll: id, count: sachets.length });
  trustBay(turn, id);
  const { position } = turn.memory.registers;
  // What was cut before does not count against the new roll; what is cut from now on does.
  if (position !== null) turn.register('position', { ...position, fed: { ...position.fed, [id]: null } });
  turn.effect({ type: 'mechanism.inspect' });
  watchRolls(turn);
  watchHanging(turn);
  turn.answer({ status: 'done' });
}

/** Nothing of a doubted dose hangs on the roll that has taken the place of the one it came from. */
function forgetDoubt(turn: Turn, bay: RollId): void {
  const { intent } = turn.memory;
  if (intent?.outcome !== 'unknown' || intent.roll !== bay || intent.kind === 'retract') return;
  turn.change({ set: 'intent', intent: { ...intent, outcome: 'notMoved' } });
  const dose = intent.dose === null ? undefined : turn.memory.doses.get(intent.dose);
  if (dose !== undefined) turn.dose(dose, { moved: dose.sachets, owed: 0 });
}

/** The service door stands open: what moved last is looked at before anybody changes the rolls. */
export function lookAtMovement(turn: Turn): void {
  if (turn.volatile.rollRefused !== null) turn.remember({ rollRefused: null });
  if (openIntent(turn.memory) !== null) turn.effect({ type: 'mechanism.inspect' });
}

/** Where the counter of a roll just fitted stands. */
export function noteBaseline(turn: Turn): void {
  const { position } = turn.memory.registers;
  if (turn.event.type !== 'mechanism.inspected' || position === null) return;
  const { fed } = turn.event.evidence;
  const known = { A: position.fed.A ?? fed.A, B: position.fed.B ?? fed.B };
  if (known.A !== position.fed.A || known.B !== position.fed.B) turn.register('position', { ...position, fed: known });
}

/** Filling happens at the open door, where hands and machine see the same; anywhere else it is a mistake. */
export function refuseService(turn: Turn): void {
  turn.note({ type: 'service.refused', what: turn.event.type });
  const isOpen = turn.volatile.door === 'opened';
  turn.say(isOpen ? 'working' : 'service-refused');
  turn.answer(refused(isOpen ? 'busy' : 'door-shut'));
}

export function emptyBin(turn: Turn): void {
  turn.register('inBin', 0);
  turn.record({ type: 'bin.emptied' });
  turn.clear('bin-full');
  turn.answer({ status: 'done' });
}
