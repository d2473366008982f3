import type { MechanismPart, Move, RollId } from '../ports/mechanism.ts';
import type { BoardFile } from './board-file.ts';
import { BITE_MM, FALL_MS_MAX, LEASE_MS, LOOK_MS, SLACK_MM } from './pace.ts';
import type { Parts } from './parts.ts';
import { pause, type Sequence, wait } from './sequence.ts';
import type { Answer, Sketch } from './sketch.ts';
import type { Witness } from './sketch-protocol.ts';

export type Movement = 'release' | 'swallow' | 'retract';
export type Movements = Readonly<Record<Movement, (move: Move) => Sequence<void>>>;

/** A movement that cannot go on; its sachet stays where it is. */
export class Stuck extends Error {
  readonly part: MechanismPart;
  /** Something lies where no barrier sees it. */
  readonly lies: boolean;

  constructor(part: MechanismPart, reason = `stuck at the ${part}`, lies = false) {
    super(reason);
    this.part = part;
    this.lies = lies;
  }
}

/** Reads what is printed on a sachet that hangs out below the blade, before it is cut. */
export interface LabelCamera {
  /** Calls `seen` once: whether it may be the sachet that this movement is to release. */
  look(move: Move, seen: (fits: boolean) => void): void;
}

export interface MovementParts {
  readonly file: BoardFile;
  readonly sketch: Sketch;
  readonly parts: Parts;
  readonly camera?: LabelCamera | undefined;
}

interface Around extends MovementParts {
  readonly blade: { isAtRest: boolean };
}

const FORWARD = 1;
const CAMERA_MS_MAX = 5_000;
/** What an order leaves undone is ordered again. */
const ORDERS_MAX = 3;
/** Hundredths of rad/s², up and down. */
const RAMP = 1_600;
/** A stepper that does not say that it is done by so many times what it takes never will. */
const STEPPING_FACTOR = 3;
const STEPPING_MS_MIN = 500;

/**
 * The three movements of the reference unit, each from rest to rest. Where gate and cup stand nobody knows, for hands reach
 * them: they are sent to rest at each beginning, and are there long before a sachet comes. The blade is out of reach: it is
 * sent to rest once, and again after a cut that did not come to its end.
 */
export function movementsOf(parts: MovementParts): Movements {
  const around: Around = { ...parts, blade: { isAtRest: false } };
  const { barrierMm, sachetMm, mmPerStep } = parts.file.strip;
  const hasCupSensor = parts.file.pins.cupSensor !== undefined;
  const feedSteps = Math.ceil((barrierMm + SLACK_MM + sachetMm) / mmPerStep);
  return {
    *release(move) {
      const before = yield* prepare(around, move, feedSteps);
      yield* feed(around, move);
      yield* readLabel(around, move);
      yield* cut(around, move);
      yield* drop(around, 'cup', ({ dark }) => !hasCupSensor || dark.cup, before);
    },
    *swallow(move) {
      const before = yield* prepare(around, move, feedSteps);
      yield* feed(around, move);
      yield* cut(around, move);
      yield* drop(around, 'bin', (now) => binned(now) > binned(before), before);
    },
    *retract(move) {
      yield* prepare(around, move, 0);
      yield* turn(around, 'cup', 'tip');
      const emptied = yield* within(around, FALL_MS_MAX, ({ dark }) => hasCupSensor && !dark.cup);
      // What slides last has passed the bin's barrier by then.
      yield* within(around, FALL_MS_MAX, ({ dark }) => !dark.binned);
      yield* turn(around, 'cup', 'rest');
      if (!emptied) throw new Stuck('gate');
    },
  };
}

/**
 * Nothing moves but from a known place: all barriers clear, all servos at rest, under a lease for so many steps.
 * @returns what the sketch saw before
 */
function* prepare(around: Around, { intent, roll }: Move, steps: number): Sequence<Witness> {
  const { parts, sketch } = around;
  const before = yield* look(around);
  const { dark } = before;
  if (dark.fedA || dark.fedB) throw new Stuck('cutter');
  if (dark.binned) throw new Stuck('gate');
  const only = (one: 'A' | 'B') => (roll === one ? steps : 0);
  const lease = yield* ask(sketch, {
    ...{ type: 'lease', intent, stepsA: only('A'), stepsB: only('B'), forMs: LEASE_MS },
  });
  if (lease?.type !== 'lease') throw new Stuck('feed');
  parts.motorPower.high();
  aim(around, 'gate', 'rest');
  aim(around, 'cup', 'rest');
  if (!around.blade.isAtRest) yield* turn(around, 'cutter', 'rest');
  return before;
}

/**
 * To the barrier in small bites, wherever the strip has stood, and from its edge on by a whole sachet. No order to a stepper
 * is checked on its way, so what counts is what the sketch says it has made.
 */
function* feed(around: Around, { roll }: Move): Sequence<void> {
  const { barrierMm, sachetMm, mmPerStep, slowRpm, fastRpm } = around.file.strip;
  const biteSteps = Math.round(BITE_MM / mmPerStep);
  let bite = 0;
  let now = yield* look(around);
  while (!isDark(now, roll)) {
    const { made } = now;
    if (made[roll] * mmPerStep >= barrierMm + SLACK_MM) throw new Stuck('feed', 'no sachet came to the barrier');
    yield* step(around, roll, { steps: biteSteps, rpm: slowRpm, accel: 0, decel: 0 });
    yield* pause(LOOK_MS);
    now = yield* look(around);
    bite = now.made[roll] - made[roll];
    if (bite > biteSteps) throw new Stuck('feed', 'the motor made more steps than it was told');
  }
  // The edge was met somewhere in the last bite: half of it is the best guess.
  const goal = Math.round(now.made[roll] - bite / 2 + (sachetMm - barrierMm) / mmPerStep);
  for (let orders = 0; orders < ORDERS_MAX && now.made[roll] < goal; orders += 1) {
    yield* step(around, roll, { steps: goal - now.made[roll], rpm: fastRpm, accel: RAMP, decel: RAMP });
    now = yield* look(around);
  }
  if (now.made[roll] !== goal || now.made[other(roll)] !== 0) {
    throw new Stuck('feed', 'the motors made other steps than they were told');
  }
}

function other(roll: RollId): RollId {
  return roll === 'A' ? 'B' : 'A';
}

function isDark({ dark }: Witness, roll: RollId): boolean {
  return roll === 'A' ? dark.fedA : dark.fedB;
}

/** A sachet that nobody could read, or another one than was asked for, stays uncut: a person has to look at it. */
function* readLabel({ camera }: Around, move: Move): Sequence<void> {
  if (camera === undefined) return;
  const fits = yield* wait<boolean>((resume) => {
    const timer = setTimeout(() => resume(false), CAMERA_MS_MAX);
    camera.look(move, resume);
    return () => clearTimeout(timer);
  });
  if (!fits) throw new Stuck('feed');
}

/**
 * What was cut slides on to the gate. A whole sachet is so long that its end still lies in the barrier; a shorter one is
 * half of one, however many steps the motor was given, and stays where it is.
 */
function* cut(around: Around, { roll }: Move): Sequence<void> {
  around.blade.isAtRest = false;
  yield* turn(around, 'cutter', 'cut');
  yield* turn(around, 'cutter', 'rest');
  around.blade.isAtRest = true;
  if (!isDark(yield* look(around), roll)) throw new Stuck('cutter', 'what was cut is shorter than a sachet', true);
}

/** Opens the gate until the sachet has passed it and `arrived` where it belongs. */
function* drop(
  around: Around,
  place: 'cup' | 'bin',
  arrived: (now: Witness) => boolean,
  before: Witness,
): Sequence<void> {
  yield* turn(around, 'gate', place);
  const passed = yield* within(around, FALL_MS_MAX, ({ dark }) => !dark.fedA && !dark.fedB);
  const landed = passed && (yield* within(around, FALL_MS_MAX, arrived));
  yield* turn(around, 'gate', 'rest');
  if (!passed) throw new Stuck('cutter');
  // Into the cup it may have fallen and been taken, or have missed it: the firmware judges that by the cup.
  if (!landed && place === 'bin' && binned(yield* look(around)) === binned(before)) throw new Stuck('gate');
}

function binned({ counts }: Witness): number {
  return counts?.binned ?? 0;
}

type Flap = 'cutter' | 'gate' | 'cup';
type Place<Name extends Flap> = Exclude<keyof BoardFile['servos'][Name], 'ms'>;

function* turn<Name extends Flap>(around: Around, name: Name, place: Place<Name>): Sequence<void> {
  aim(around, name, place);
  yield* pause(around.file.servos[name].ms);
}

function aim<Name extends Flap>({ parts, file }: Around, name: Name, place: Place<Name>): void {
  const places = file.servos[name] as Readonly<Record<string, number>>;
  const degrees = places[place as string] as number;
  // johnny-five keeps back what it has said before, though the cable may have lost it.
  parts[name].to(degrees - 1);
  parts[name].to(degrees);
}

function* step(
  { parts, file }: Around,
  roll: Move['roll'],
  order: { readonly steps: number; readonly rpm: number; readonly accel: number; readonly decel: number },
): Sequence<void> {
  const usualMs = (order.steps / file.strip.stepsPerTurn / order.rpm) * 60_000;
  const isDone = yield* wait<boolean>((resume) => {
    const timer = setTimeout(() => resume(false), STEPPING_MS_MIN + usualMs * STEPPING_FACTOR);
    parts.steppers[roll].step({ ...order, direction: FORWARD }, () => resume(true));
    return () => clearTimeout(timer);
  });
  if (!isDone) throw new Stuck('feed');
}

function* look({ sketch }: Around): Sequence<Witness> {
  const answer = yield* ask(sketch, { type: 'witness' });
  if (answer?.type !== 'witness') throw new Stuck('feed');
  return answer;
}

/** Looks until it holds. @returns whether it did within the time */
function* within(around: Around, ms: number, holds: (now: Witness) => boolean): Sequence<boolean> {
  for (let waited = 0; waited < ms; waited += LOOK_MS) {
    if (holds(yield* look(around))) return true;
    yield* pause(LOOK_MS);
  }
  return false;
}

function ask(sketch: Sketch, message: Parameters<Sketch['ask']>[0]): Sequence<Answer> {
  return wait((resume) => {
    sketch.ask(message, resume);
    return undefined;
  });
}
