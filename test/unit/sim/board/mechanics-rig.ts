import { knownBoard } from '../../../../hal/johnny-five/board-file.ts';
import type { RollId } from '../../../../hal/ports/mechanism.ts';
import { geometryOf } from '../../../../sim/board/mechanics/geometry.ts';
import { BoardMechanics } from '../../../../sim/board/mechanics/mechanics.ts';
import type { MotionFault } from '../../../../sim/device/mechanism-faults.ts';
import { MechanismParts } from '../../../../sim/device/mechanism-parts.ts';
import type { Motion, PhysicalEvent } from '../../../../sim/device/physical-event.ts';
import type { Sachet } from '../../../../sim/device/sachet.ts';
import { Random } from '../../../../sim/kernel/random.ts';
import { GUARD, LEASE, MODE, PINS, SketchRig } from './sketch-rig.ts';

export const geometry = geometryOf(knownBoard('reference'));
const { gate, cup, cutter } = geometry;
const BITE = 10;
const BITES_MAX = 15;
/** 200 and 600 steps a second. */
const [SLOWLY, FAST] = [628, 1885];
const RAMPS = [1600, 1600];
/** From the edge to the blade's place between two sachets. */
const REST_STEPS = 320;
const SWING_MS = 300;
export const CUT_DEGREES = 110;

export function sachet(serial: number): Sachet {
  return { serial, contents: { slot: `s${serial}`, date: '2026-03-02' } };
}

export interface MechanicsRigOptions {
  readonly seed?: number;
  readonly binCapacity?: number;
  /** In each of the two bays. */
  readonly sachets?: number;
  readonly halfOut?: RollId;
}

/** The real sketch with the modelled mechanism behind its pins, and somebody who moves it as an adapter would. */
export class MechanicsRig extends SketchRig {
  readonly parts: MechanismParts;
  readonly mechanics: BoardMechanics;
  readonly events: (PhysicalEvent & { readonly cycle: number })[] = [];
  /** What the mechanism has shown the chip. */
  readonly levels: { readonly pin: number; readonly high: boolean | undefined; readonly cycle: number }[] = [];
  #intent = 0;

  constructor({ seed = 1, binCapacity = 60, sachets = 5, halfOut }: MechanicsRigOptions = {}) {
    super();
    const setLevel = this.chip.setLevel.bind(this.chip);
    this.chip.setLevel = (pin, high) => {
      this.levels.push({ pin, high, cycle: this.chip.cycles });
      setLevel(pin, high);
    };
    this.parts = new MechanismParts(binCapacity);
    for (let serial = 1; serial <= sachets; serial += 1) {
      this.parts.bays.A.push(sachet(serial));
      this.parts.bays.B.push(sachet(100 + serial));
    }
    this.parts.halfOut = halfOut;
    this.mechanics = new BoardMechanics({
      chip: this.chip,
      parts: this.parts,
      geometry,
      random: Random.stream(seed, 'mechanics'),
      witness: (event) => this.events.push({ ...event, cycle: this.chip.cycles }),
    });
    this.guard();
  }

  guard(): void {
    this.ask({ ...GUARD, silenceMs: 10_000 });
    this.configureStepper(0, PINS.stepA);
    this.configureStepper(1, PINS.stepB);
    for (const pin of [PINS.cutter, PINS.gate, PINS.cup]) this.setMode(pin, MODE.servo);
    this.setMode(PINS.power, MODE.output);
  }

  names(type: PhysicalEvent['type']): string[] {
    return this.events.flatMap((event) => {
      if (event.type !== type) return [];
      if (event.type === 'stalled') return [event.part];
      return 'sachets' in event ? [event.sachets.map(({ serial }) => serial).join('+')] : [];
    });
  }

  /** Sachets that the blade went through. */
  get halved(): string[] {
    return this.events.flatMap((event) =>
      event.type === 'halved' ? [`${event.sachet.serial} at ${event.atMm.toFixed(1)} mm`] : [],
    );
  }

  /** Where every sachet is: serials by place. */
  get whereabouts(): Record<'A' | 'B' | 'chute' | 'cup' | 'bin', number[]> {
    const { bays, chute, cup: inCup, bin } = this.parts;
    const serials = (sachets: readonly Sachet[]) => sachets.map(({ serial }) => serial);
    return { A: serials(bays.A), B: serials(bays.B), chute: serials(chute), cup: serials(inCup), bin: serials(bin) };
  }

  /** Leased, and under power. */
  begin(motion: Motion, roll: RollId = 'A', fault: MotionFault = {}): void {
    this.#intent += 1;
    this.mechanics.expect({ motion, intent: this.#intent, roll }, fault);
    this.ask({ ...LEASE, intent: this.#intent, stepsA: 2000, stepsB: 2000, forMs: 60_000 });
    this.setDigital(PINS.power, true);
  }

  end(): void {
    this.setDigital(PINS.power, false);
    this.tell({ type: 'end' });
    this.ms(5);
  }

  swing(pin: number, degrees: number, slowness = 1): void {
    this.setAnalog(pin, degrees);
    this.ms(SWING_MS * slowness);
  }

  steps(roll: RollId, count: number, speed = SLOWLY, ramps: readonly number[] = []): void {
    const stepper = roll === 'A' ? 0 : 1;
    const before = this.messages.length;
    const isDone = () => this.messages.slice(before).some(([, id, which]) => id === 0x72 && which === stepper);
    this.step(stepper, count, speed, ramps);
    for (let ms = 0; ms < 5000 && !isDone(); ms += 1) this.ms(1);
  }

  /** Until a sachet hangs beyond the blade; false when the barrier never sees it. */
  feed(roll: RollId = 'A'): boolean {
    let bites = 0;
    while (!this.isDark(roll) && bites < BITES_MAX) {
      this.steps(roll, BITE);
      this.ms(7);
      bites += 1;
    }
    if (!this.isDark(roll)) return false;
    this.steps(roll, REST_STEPS, FAST, RAMPS);
    this.ms(10);
    return true;
  }

  isDark(roll: RollId): boolean {
    const { dark } = this.witness();
    return roll === 'A' ? dark.fedA : dark.fedB;
  }

  cut(slowness = 1): void {
    this.swing(PINS.cutter, CUT_DEGREES, slowness);
    this.swing(PINS.cutter, cutter.rest, slowness);
  }

  openGate(to: 'cup' | 'bin', slowness = 1): void {
    this.swing(PINS.gate, gate[to], slowness);
    this.ms(200 * slowness);
    this.swing(PINS.gate, gate.rest, slowness);
  }

  /** The whole of a release or a swallow. */
  move(motion: 'release' | 'swallow', roll: RollId = 'A', fault: MotionFault = {}): void {
    const { slowness = 1 } = fault;
    this.begin(motion, roll, fault);
    if (this.feed(roll)) {
      this.cut(slowness);
      this.openGate(motion === 'release' ? 'cup' : 'bin', slowness);
    }
    this.end();
  }

  retract(fault: MotionFault = {}, forMs = 600): void {
    this.begin('retract', 'A', fault);
    this.swing(PINS.cup, cup.tip);
    this.ms(forMs);
    this.swing(PINS.cup, cup.rest);
    this.end();
  }

  counts(): { fedA: number; fedB: number; binned: number } | null {
    return this.witness().counts;
  }

  /** Everything that could be seen, as text. */
  transcript(): string {
    return JSON.stringify([this.events, this.changes, this.levels, this.messages, this.chip.cycles]);
  }
}
