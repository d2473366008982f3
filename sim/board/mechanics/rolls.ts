import type { RollId } from '../../../hal/ports/mechanism.ts';
import type { MechanismParts } from '../../device/mechanism-parts.ts';
import type { Sachet } from '../../device/sachet.ts';
import type { Chip } from '../chip.ts';
import type { Geometry } from './geometry.ts';
import type { Obstacles } from './obstacles.ts';
import { type Meeting, Strip } from './strip.ts';

export const rolls = ['A', 'B'] as const;

export interface RollSurroundings {
  readonly chip: Chip;
  readonly geometry: Geometry;
  readonly parts: MechanismParts;
  readonly obstacles: Obstacles;
  /** Whether something loose lies in the chute of this roll. */
  readonly isChuteTaken: (roll: RollId) => boolean;
  readonly isGateOpen: () => boolean;
  /** A closed blade stands in the way. */
  readonly isBladeClosed: () => boolean;
  readonly cut: (roll: RollId, sachets: readonly Sachet[]) => void;
  readonly moved: () => void;
}

/** The strips of both rolls, and what becomes of them at the blade and by hand. */
export class Rolls {
  /** Sachets that the blade went through, a sentence each. */
  readonly damage: string[] = [];
  readonly #around: RollSurroundings;
  readonly #strips: Readonly<Record<RollId, Strip>>;
  /** The chute that a loose sachet lies in. */
  readonly #origins = new WeakMap<Sachet, RollId>();
  readonly #heads: Record<RollId, Sachet | undefined>;
  #halfOut: RollId | undefined;

  constructor(around: RollSurroundings) {
    const { chip, geometry, moved, parts } = around;
    const strip = (roll: RollId): Strip =>
      new Strip({ chip, geometry, moved, meets: (headMm) => this.#meets(roll, headMm) });
    this.#around = around;
    this.#strips = { A: strip('A'), B: strip('B') };
    this.#heads = { A: parts.bays.A[0], B: parts.bays.B[0] };
    if (parts.halfOut !== undefined) this.#strips[parts.halfOut].put(geometry.sachetMm / 2);
  }

  strip(roll: RollId): Strip {
    return this.#strips[roll];
  }

  /** Of a sachet that was cut loose; roll A where nobody has seen it. */
  originOf(sachet: Sachet): RollId {
    return this.#origins.get(sachet) ?? 'A';
  }

  /** The blade has come down on both strips. */
  cut(): void {
    for (const roll of rolls) this.#cut(roll);
  }

  /** Says which roll hangs out uncut: the one that was said before, as long as it does. */
  noteHalfOut(): void {
    const { parts, geometry } = this.#around;
    const isOut = (roll: RollId): boolean => this.#strips[roll].headMm > geometry.seamMm;
    if (parts.halfOut === undefined || !isOut(parts.halfOut)) parts.halfOut = rolls.find(isOut);
    this.#halfOut = parts.halfOut;
  }

  /** Hands have been here: what was pushed back, or fitted, begins at the blade. */
  look(): void {
    const { bays, halfOut } = this.#around.parts;
    const isPushedBack = halfOut !== this.#halfOut;
    for (const roll of rolls) {
      const isAnother = bays[roll][0] !== this.#heads[roll];
      if (isAnother || isPushedBack) this.#strips[roll].put(0);
      this.#heads[roll] = bays[roll][0];
    }
  }

  #meets(roll: RollId, headMm: number): Meeting {
    const { parts, geometry, obstacles, isChuteTaken, isGateOpen, isBladeClosed } = this.#around;
    const obstacle = obstacles.feed();
    if (obstacle !== 'nothing') return obstacle;
    if (isBladeClosed()) return obstacles.meet('cutter');
    const sachets = parts.bays[roll].length;
    if (sachets === 0 || headMm > sachets * geometry.sachetMm + geometry.seamMm) return obstacles.meet('feed');
    if (isChuteTaken(roll) && headMm > geometry.looseFromMm) return obstacles.meet('gate');
    return !isGateOpen() && headMm > geometry.gateFloorMm ? obstacles.meet('gate') : 'nothing';
  }

  #cut(roll: RollId): void {
    const { parts, geometry, obstacles, cut } = this.#around;
    const strip = this.#strips[roll];
    const { headMm } = strip;
    const whole = Math.round(headMm / geometry.sachetMm);
    const isAtSeam = Math.abs(headMm - whole * geometry.sachetMm) <= geometry.seamMm;
    if (isAtSeam && whole === 0) return;
    if (isAtSeam) {
      strip.shorten(whole);
    } else {
      strip.put(0);
      this.damage.push(`The blade went through a sachet of roll ${roll}, ${headMm.toFixed(1)} mm behind its head.`);
    }
    const count = isAtSeam ? whole : Math.ceil(headMm / geometry.sachetMm);
    const sachets = parts.cut(roll, count + Number(obstacles.takeTear(roll)));
    for (const sachet of sachets) this.#origins.set(sachet, roll);
    this.#heads[roll] = parts.bays[roll][0];
    cut(roll, sachets);
  }
}
