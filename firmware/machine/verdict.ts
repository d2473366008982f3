import type { RollId } from '../../hal/ports/mechanism.ts';
import { dosesAhead, openDose } from '../domain/agenda.ts';
import type { Dose } from '../domain/dose.ts';
import { firstLeftover } from '../domain/leftovers.ts';
import { isBlocked } from '../domain/lockout.ts';
import { doseIn, type Memory, openIntent } from '../domain/memory.ts';
import { sourceOf } from '../domain/stock.ts';
import type { Stamp } from './events.ts';
import { whyNotFed } from './in-place.ts';
import { lastAnswer } from './last-answer.ts';
import type { Volatile } from './turn.ts';

/** Why a press releases nothing. Each has its phrase in protocol/phrases.ts. */
export type Refusal =
  | 'nothing-due'
  | 'take-the-sachet'
  | 'time-suspect'
  | 'paused'
  | 'too-soon'
  | 'no-stock'
  | 'stock-mismatch'
  | 'battery-critical'
  | 'tilted'
  | 'roll-missing'
  | 'locked'
  | 'too-many'
  | 'working'
  | 'handed-over'
  | 'starting'
  | 'doubt';

export type Verdict =
  | { readonly release: true; readonly dose: Dose; readonly roll: RollId }
  /** `calls`: a dose that is called for all the same, since whoever comes can mend at once what keeps it. */
  | { readonly release: false; readonly refusal: Refusal; readonly calls: Dose | null };

const refuse = (refusal: Refusal, calls: Dose | null = null): Verdict => ({ release: false, refusal, calls });

/** Whether anything at all may move now. */
export function whyNothingMoves(memory: Memory, volatile: Volatile, stamp: Stamp): Refusal | null {
  return whyNothingMayMove(memory, volatile, stamp) ?? (volatile.placement.upright ? null : 'tilted');
}

/** Whether anything may move once the unit stands upright. */
function whyNothingMayMove(memory: Memory, volatile: Volatile, stamp: Stamp): Refusal | null {
  if (memory.registers.handedOver !== null) return 'handed-over';
  if (volatile.evidence === null) return 'starting';
  if (isBlocked(memory) || volatile.door !== 'closed') return 'locked';
  if (!stamp.trusted) return 'time-suspect';
  if (volatile.power.source === 'battery' && volatile.power.batteryPercent <= BATTERY_PERCENT_CRITICAL) {
    return 'battery-critical';
  }
  return null;
}

/** Whether nothing comes out for the citizen, though something might move. */
function whyNothingIsGiven(memory: Memory): Refusal | null {
  if (doseIn(memory, 'uncertain') !== null) return 'doubt';
  return memory.registers.presence.mode === 'paused' ? 'paused' : null;
}

/** Below this a movement might stop half-way. */
export const BATTERY_PERCENT_CRITICAL = 10;
export const BATTERY_PERCENT_LOW = 30;

/** What the button would do now. */
export const verdictOnPress = lastAnswer((memory, volatile, stamp): Verdict => {
  const stop = whyNothingMayMove(memory, volatile, stamp) ?? whyNothingIsGiven(memory);
  if (stop !== null) return refuse(stop);
  const dose = openDose(memory, stamp.wallMs);
  if (dose === null) return refuse('nothing-due');
  if (isTooSoon(memory, dose, stamp)) return refuse('too-soon');
  return verdictOnRelease(memory, volatile, dose);
});

function isTooSoon({ registers, settings }: Memory, dose: Dose, stamp: Stamp): boolean {
  const { lastDoseMs } = registers;
  const { minIntervalMs } = settings.regimen;
  return dose.moved === 0 && lastDoseMs !== null && stamp.wallMs < lastDoseMs + minIntervalMs;
}

/** What the next dose of a take-out would do now. */
export function verdictOnTakeOut(memory: Memory, volatile: Volatile, stamp: Stamp): Verdict {
  const stop = whyNothingMayMove(memory, volatile, stamp) ?? whyNothingIsGiven(memory);
  if (stop !== null) return refuse(stop);
  const [dose] = dosesAhead(memory, stamp.wallMs, 1);
  if (dose === undefined) return refuse('nothing-due');
  // What is taken along for later is taken at its own time; what is due now is not.
  if (dose.opensMs <= stamp.wallMs && isTooSoon(memory, dose, stamp)) return refuse('too-soon');
  return verdictOnRelease(memory, volatile, dose);
}

/**
 * Whether another plan may come into force now: a sachet that moves keeps the plan it was moved by, and without a clock
 * nobody knows which doses have passed.
 */
export function mayChangePlan(memory: Memory, stamp: Stamp): boolean {
  return stamp.trusted && openIntent(memory) === null && doseIn(memory, 'releasing') === null;
}

export interface Rest {
  readonly dose: Dose;
  /** Where its next sachet comes from; null when it cannot come any more. */
  readonly roll: RollId | null;
  /** It comes as soon as somebody has put unit and roll in their place. */
  readonly waits: boolean;
}

/** A dose of several sachets of which some, but not all, have come out. */
export function restOf(memory: Memory, volatile: Volatile, stamp: Stamp): Rest | null {
  const dose = doseIn(memory, 'releasing');
  if (dose === null || dose.moved === 0 || openIntent(memory) !== null) return null;
  const source = sourceOf(dose, memory.rolls);
  const inTime = stamp.wallMs < restEndsMs(memory, dose);
  const mayCome = source.kind === 'ready' && inTime && whyNothingMayMove(memory, volatile, stamp) === null;
  if (!mayCome) return { dose, roll: null, waits: false };
  const isFed = whyNotFed(volatile, source.roll) === null;
  return { dose, roll: isFed ? source.roll : null, waits: !isFed };
}

/** What was begun inside the window is finished, unless much time has passed since. */
export function restEndsMs({ settings }: Memory, { closesMs, sachets }: Dose): number {
  return closesMs + sachets * settings.profile.moveMsMax;
}

function verdictOnRelease(memory: Memory, volatile: Volatile, dose: Dose): Verdict {
  // Another dose in the cup would make two of one.
  if (dose.moved === 0 && volatile.evidence?.cup === 'occupied') return refuse('take-the-sachet');
  const leftover = firstLeftover(memory);
  if (leftover !== null) return refuseFed(whyNotFed(volatile, leftover.roll) ?? 'working', dose);
  const source = sourceOf(dose, memory.rolls);
  if (source.kind === 'empty') return refuse('no-stock');
  if (source.kind === 'mismatch') return refuse('stock-mismatch');
  const why = whyNotFed(volatile, source.roll);
  return why === null ? { release: true, dose, roll: source.roll } : refuseFed(why, dose);
}

/** Whoever hears the call can set the unit up; a roll hangs behind a locked door. */
function refuseFed(refusal: Refusal, dose: Dose): Verdict {
  return refuse(refusal, refusal === 'tilted' ? dose : null);
}
