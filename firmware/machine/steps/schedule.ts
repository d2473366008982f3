import type { AlarmCode, ReleaseReason } from '../../../protocol/messages/event.ts';
import type { RefusalCode } from '../../../protocol/messages/refusal.ts';
import { agenda, firstUnended, openDose } from '../../domain/agenda.ts';
import type { Dose } from '../../domain/dose.ts';
import { firstLeftover, owedBy } from '../../domain/leftovers.ts';
import { isBlocked } from '../../domain/lockout.ts';
import { doseIn, isAlarmed, openIntent } from '../../domain/memory.ts';
import { refused } from '../../domain/orders.ts';
import { sachetsLeft, sourceOf } from '../../domain/stock.ts';
import { waitsForRoll } from '../in-place.ts';
import { lossesNow } from '../losses.ts';
import type { Turn } from '../turn.ts';
import { type Refusal, verdictOnPress, verdictOnTakeOut } from '../verdict.ts';
import { tellOfTheDay } from './messages.ts';
import { watchDoor } from './watch.ts';

/** Time has passed: windows open and close. A doubted clock opens and closes nothing. */
export function passTime(turn: Turn): void {
  watchDoor(turn);
  if (!turn.stamp.trusted || turn.memory.registers.handedOver !== null) return;
  if (turn.volatile.bootWallMs === 0) turn.remember({ bootWallMs: turn.nowMs - turn.upMs });
  // The clock was ahead when the last dose was given. When that was, nobody knows; that it was just now is the safe side.
  if ((turn.memory.registers.lastDoseMs ?? 0) > turn.nowMs) turn.register('lastDoseMs', turn.nowMs);
  for (const dose of [...agenda(turn.memory, turn.nowMs)]) {
    if (dose.closesMs <= turn.nowMs) close(turn, dose);
  }
  const open = openDose(turn.memory, turn.nowMs);
  if (open !== null) attend(turn, open);
  tellOfTheDay(turn);
  const scheduleFromMs = firstUnended(turn.memory, turn.nowMs);
  if (scheduleFromMs > turn.memory.registers.scheduleFromMs) turn.register('scheduleFromMs', scheduleFromMs);
}

function attend(turn: Turn, dose: Dose): void {
  if (turn.volatile.dueNoted !== dose.key) {
    turn.remember({ dueNoted: dose.key });
    turn.note({ type: 'dose.due', dose: dose.key });
    // A new dose is a new chance: what was said about the last one is for the centre to follow up.
    if (isAlarmed(turn.memory, 'stock-low')) turn.say('stock-low');
  }
  if (turn.nowMs >= dose.dueMs && dose.fate === 'due') watchStock(turn, dose);
}

/** A head that is only a leftover will be swallowed; until then it says nothing about the rest of the roll. */
function watchStock(turn: Turn, dose: Dose): void {
  if (firstLeftover(turn.memory) !== null || openIntent(turn.memory) !== null) return;
  const source = sourceOf(dose, turn.memory.rolls);
  if (source.kind === 'empty') turn.raise('stock-empty');
  if (source.kind === 'mismatch') turn.raise('stock-mismatch');
}

function close(turn: Turn, dose: Dose): void {
  if (dose.fate === 'due') end(turn, dose, () => whyMissed(turn, dose));
}

/** Its window passed while nobody saw what became of it; a person is asked, as of any dose that was missed. */
export function closeUnseen(turn: Turn, dose: Dose): void {
  end(turn, dose, () => 'no-evidence');
}

/** A dose whose window closed after the citizen was to be back is missed like any other. */
function end(turn: Turn, dose: Dose, why: () => ReleaseReason): void {
  const { mode, untilMs } = turn.memory.registers.presence;
  if (mode === 'home' || (untilMs !== null && untilMs < dose.closesMs)) miss(turn, dose, why());
  else withhold(turn, dose, mode);
}

function miss(turn: Turn, dose: Dose, reason: ReleaseReason): void {
  turn.fate(
    dose,
    'missed',
    { type: 'dose.missed', slot: dose.slot, date: dose.date, reason },
    owedBy(turn.memory, dose),
  );
  turn.raise('dose-missed', dose);
  turn.say('missed');
}

/** Alarms during which a press releases nothing. */
const BLOCKING: readonly AlarmCode[] = ['dose-uncertain', 'battery-critical', 'time-suspect'];

function whyMissed(turn: Turn, dose: Dose): ReleaseReason {
  // Another plan had already let its window pass.
  if (dose.closesMs <= turn.memory.registers.setUpMs) return 'regimen-changed';
  if (dose.closesMs <= turn.volatile.bootWallMs) return 'power-off';
  if (sourceOf(dose, turn.memory.rolls).kind === 'empty') return 'no-stock';
  if (waitsForRoll(turn.memory, turn.volatile, dose)) return 'no-stock';
  const { lastDoseMs } = turn.memory.registers;
  const { minIntervalMs } = turn.memory.settings.regimen;
  if (lastDoseMs !== null && dose.closesMs <= lastDoseMs + minIntervalMs) return 'min-interval';
  if (turn.volatile.door !== 'closed' || !turn.volatile.placement.upright || isMechanismAway(turn)) return 'blocked';
  if (isBlocked(turn.memory) || BLOCKING.some((code) => isAlarmed(turn.memory, code))) return 'blocked';
  return 'not-taken';
}

/** The mechanism has not answered since the start, or does not stay. */
function isMechanismAway({ memory, volatile, stamp }: Turn): boolean {
  return volatile.evidence === null || lossesNow(memory, volatile, stamp) !== null;
}

/** A dose that is not to be given: what of it still sits on a roll must be swallowed. */
export function withhold(turn: Turn, dose: Dose, mode: 'away' | 'paused' | 'regimen-changed'): void {
  turn.fate(
    dose,
    'withheld',
    { type: 'dose.withheld', slot: dose.slot, date: dose.date, reason: mode },
    owedBy(turn.memory, dose),
  );
}

/** So long the display says why a press released nothing, for those who do not hear it. */
const REFUSED_MS = 8_000;

/** Says and shows why the press released nothing. A head that is not the dose due is a fault, not a wait. */
export function refusePress(turn: Turn): void {
  const verdict = verdictOnPress(turn.memory, turn.volatile, turn.stamp);
  if (verdict.release) return;
  turn.note({ type: 'press.refused', reason: verdict.refusal });
  turn.say(verdict.refusal);
  turn.remember({ refused: { refusal: verdict.refusal, untilMonoMs: turn.stamp.monoMs + REFUSED_MS } });
  if (verdict.refusal === 'stock-mismatch') turn.raise('stock-mismatch');
}

export function refuseTakeOut(turn: Turn): void {
  const verdict = verdictOnTakeOut(turn.memory, turn.volatile, turn.stamp);
  const refusal = verdict.release ? 'too-many' : verdict.refusal;
  turn.note({ type: 'press.refused', reason: refusal });
  turn.say(refusal);
  turn.answer(refused(REFUSED_AS[refusal], 'doses'));
}

/** What the centre is told. */
const REFUSED_AS: Readonly<Record<Refusal, RefusalCode>> = {
  'nothing-due': 'nothing-ahead',
  'take-the-sachet': 'dose-open',
  'time-suspect': 'time-suspect',
  paused: 'paused',
  'too-soon': 'too-soon',
  'no-stock': 'no-stock',
  'stock-mismatch': 'medicine-mismatch',
  'battery-critical': 'battery-critical',
  tilted: 'not-upright',
  'roll-missing': 'roll-missing',
  locked: 'locked',
  'too-many': 'take-out-limit',
  working: 'busy',
  'handed-over': 'replaced',
  starting: 'busy',
  doubt: 'in-doubt',
};

/** The centre hears of it while somebody can still call the citizen. */
export function warnOfMiss(turn: Turn): void {
  // What lies in the cup calls as well, but is about to be drawn back, not missed.
  if (doseIn(turn.memory, 'presented') !== null) return;
  const dose = openDose(turn.memory, turn.nowMs);
  if (dose !== null) turn.raise('about-to-miss', dose);
}

/** Tells before the last sachet is gone. */
export function watchRolls(turn: Turn): void {
  if (turn.memory.rolls.size === 0) return;
  const { lowSachets } = turn.memory.settings.profile;
  let left = 0;
  for (const roll of turn.memory.rolls.values()) left += sachetsLeft(roll);
  if (left > 0) turn.clear('stock-empty');
  if (left <= lowSachets) turn.raise('stock-low');
  else turn.clear('stock-low');
}
