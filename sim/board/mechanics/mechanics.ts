import type { RollId } from '../../../hal/ports/mechanism.ts';
import type { MotionFault } from '../../device/mechanism-faults.ts';
import type { MechanismParts } from '../../device/mechanism-parts.ts';
import type { PhysicalListener } from '../../device/physical-event.ts';
import type { Random } from '../../kernel/random.ts';
import type { Chip, PinChange } from '../chip.ts';
import { Drops } from './drops.ts';
import type { Geometry } from './geometry.ts';
import { type MotionOrder, Obstacles } from './obstacles.ts';
import { Rolls, rolls } from './rolls.ts';
import { Sensing } from './sensing.ts';
import { Servo } from './servo.ts';
import type { Meeting } from './strip.ts';

export type { MotionOrder } from './obstacles.ts';

const PLAY_DEGREES = 3;

export interface MechanicsOptions {
  readonly chip: Chip;
  /** Where every sachet is; only motion and hands change it. After hands have, call `look`. */
  readonly parts: MechanismParts;
  readonly geometry: Geometry;
  readonly random: Random;
  readonly witness: PhysicalListener;
}

/**
 * The mechanism behind the pins of a board: two strips, blade, gate, bin and cup, in the chip's own time. It obeys pins and
 * gravity, and knows of orders only to label what happens and to let go wrong what was drawn for them.
 */
export class BoardMechanics {
  readonly #options: MechanicsOptions;
  readonly #obstacles: Obstacles;
  readonly #rolls: Rolls;
  readonly #drops: Drops;
  readonly #sensing: Sensing;
  readonly #cutter: Servo;
  readonly #gate: Servo;
  readonly #cup: Servo;
  #intent = 0;

  constructor(options: MechanicsOptions) {
    const { chip, parts, geometry, random, witness } = options;
    this.#options = options;
    this.#obstacles = new Obstacles(parts, (part) => witness({ type: 'stalled', intent: this.#intent, part }));
    this.#rolls = new Rolls({
      chip,
      geometry,
      parts,
      obstacles: this.#obstacles,
      isChuteTaken: (roll) => this.#drops.holds(roll),
      isGateOpen: () => this.#drops.openTo !== undefined,
      isBladeClosed: () => this.#cutter.degrees >= geometry.cutter.blade,
      cut: (roll, sachets) => witness({ type: 'cut', roll, intent: this.#intent, sachets }),
      halved: (roll, sachet, atMm) => witness({ type: 'halved', roll, intent: this.#intent, sachet, atMm }),
      moved: () => this.#sense(),
    });
    const swing = (from: number, to: number): void => {
      if (from < geometry.cutter.blade && to >= geometry.cutter.blade) this.#cut();
    };
    /** About its rest every flap and blade has play, whatever holds it. */
    const beyondPlay = (rest: number, meets: () => Meeting) => (degrees: number) =>
      Math.abs(degrees - rest) > PLAY_DEGREES ? meets() : 'nothing';
    const flap = (): Meeting => this.#obstacles.flap();
    const settle = (): void => this.#drops.settle();
    this.#cutter = this.#servo(
      geometry.cutter.rest,
      beyondPlay(geometry.cutter.rest, () => this.#obstacles.blade()),
      swing,
    );
    this.#gate = this.#servo(geometry.gate.rest, beyondPlay(geometry.gate.rest, flap), settle);
    this.#cup = this.#servo(geometry.cup.rest, beyondPlay(geometry.cup.rest, flap), settle);
    this.#drops = new Drops({
      chip,
      geometry,
      parts,
      witness,
      loose: (sachet) => this.#rolls.loose(sachet),
      gateDegrees: () => this.#gate.degrees,
      cupDegrees: () => this.#cup.degrees,
      slowness: () => this.#obstacles.slowness,
      intent: () => this.#intent,
      blocked: (part) => this.#obstacles.meet(part),
      changed: () => this.#sense(),
    });
    this.#sensing = new Sensing(chip, geometry.pins, parts, random);
    this.#sense();
    chip.onPin((change) => this.#pinChanged(change));
  }

  /** How far the strip of a roll hangs out beyond the blade, in millimetres. */
  position(roll: RollId): number {
    return this.#rolls.tipMm(roll);
  }

  /** Degrees. */
  get angles(): { readonly cutter: number; readonly gate: number; readonly cup: number } {
    return { cutter: this.#cutter.degrees, gate: this.#gate.degrees, cup: this.#cup.degrees };
  }

  /** Told by whoever is about to give an order: what happens from now on is its doing, with what goes wrong in it. */
  expect(order: MotionOrder, fault: MotionFault = {}): void {
    this.#intent = order.intent;
    this.#obstacles.expect(order, fault);
  }

  /** Hands have changed the parts, or the health of a sensor. */
  look(): void {
    this.#obstacles.freed();
    this.#rolls.look();
    this.#sense();
    this.#drops.settle();
  }

  #servo(rest: number, meets: (degrees: number) => Meeting, moved: (from: number, to: number) => void): Servo {
    const { chip, geometry } = this.#options;
    const hasPower = (): boolean => this.#hasPower;
    return new Servo({ chip, geometry, hasPower, slowness: () => this.#obstacles.slowness, meets, moved }, rest);
  }

  get #hasPower(): boolean {
    const { chip, geometry } = this.#options;
    return chip.driveOf(geometry.pins.motorPower) === 'high';
  }

  #pinChanged(change: PinChange): void {
    const { pins } = this.#options.geometry;
    const { pin, drive, cycle } = change;
    if (pin === pins.cutter) this.#cutter.pinChanged(change);
    else if (pin === pins.gate) this.#gate.pinChanged(change);
    else if (pin === pins.cup) this.#cup.pinChanged(change);
    for (const roll of rolls) {
      if (pin === pins.step[roll] && drive === 'high' && this.#hasPower) this.#rolls.strip(roll).step(cycle);
    }
  }

  #cut(): void {
    this.#rolls.cut();
    this.#sense();
    this.#drops.settle();
  }

  /** Everything that tells what lies where, told anew. */
  #sense(): void {
    const { barrierMm } = this.#options.geometry;
    this.#rolls.noteHalfOut();
    const isDark = (roll: RollId): boolean => this.#rolls.tipMm(roll) >= barrierMm || this.#drops.isInBarrier(roll);
    this.#sensing.show({ A: isDark('A'), B: isDark('B'), bin: this.#drops.isBinDark });
  }
}
