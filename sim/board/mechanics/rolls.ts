import type { RollId } from '../../../hal/ports/mechanism.ts';
import type { MechanismParts } from '../../device/mechanism-parts.ts';
import type { Sachet } from '../../device/sachet.ts';
import type { Chip } from '../chip.ts';
import type { Loose } from './drops.ts';
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
  /** The blade went through this one, so far behind its head. */
  readonly halved: (roll: RollId, sachet: Sachet, atMm: number) => void;
  readonly moved: () => void;
}

/** The strips of both rolls, and what becomes of them at the blade and by hand. */
export class Rolls {
  readonly #around: RollSurroundings;
  readonly #strips: Readonly<Record<RollId, Strip>>;
  /** What is left on each strip of a sachet that was halved, in front of the next one. */
  readonly #stumpMm: Record<RollId, number> = { A: 0, B: 0 };
  readonly #loose = new WeakMap<Sachet, Loose>();
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

  /** How far the strip hangs out beyond the blade, whole sachets or not; below zero when it ends behind it. */
  tipMm(roll: RollId): number {
    return this.#strips[roll].headMm + this.#stumpMm[roll];
  }

  /** A whole one of roll A, when nobody has seen it cut. */
  loose(sachet: Sachet): Loose {
    return this.#loose.get(sachet) ?? { roll: 'A', lengthMm: this.#around.geometry.sachetMm };
  }

  /** The blade has come down on both strips. */
  cut(): void {
    for (const roll of rolls) this.#cut(roll);
  }

  /** Says which roll hangs out uncut: the one that was said before, as long as it does. */
  noteHalfOut(): void {
    const { parts, geometry } = this.#around;
    const isOut = (roll: RollId): boolean => this.tipMm(roll) > geometry.seamMm;
    if (parts.halfOut === undefined || !isOut(parts.halfOut)) parts.halfOut = rolls.find(isOut);
    this.#halfOut = parts.halfOut;
  }

  /** Hands have been here: what was pushed back, or fitted, begins at the blade; with a torn end nobody leaves a strip. */
  look(): void {
    const { bays, halfOut } = this.#around.parts;
    const isPushedBack = halfOut !== this.#halfOut;
    for (const roll of rolls) {
      const isAnother = bays[roll][0] !== this.#heads[roll];
      const isTrimmed = this.#stumpMm[roll] > 0 && !this.#around.isChuteTaken(roll);
      if (isAnother || isPushedBack || isTrimmed) this.#put(roll, 0);
      this.#heads[roll] = bays[roll][0];
    }
  }

  #put(roll: RollId, headMm: number): void {
    this.#strips[roll].put(headMm);
    this.#stumpMm[roll] = 0;
  }

  #meets(roll: RollId, headMm: number): Meeting {
    const tipMm = headMm + this.#stumpMm[roll];
    const { parts, geometry, obstacles, isChuteTaken, isGateOpen, isBladeClosed } = this.#around;
    const obstacle = obstacles.feed();
    if (obstacle !== 'nothing') return obstacle;
    if (isBladeClosed()) return obstacles.meet('cutter');
    const sachets = parts.bays[roll].length;
    // No roller reaches a roll that does not hang in its bay.
    if (!parts.hung[roll]) return 'slip';
    if (sachets === 0 || headMm > sachets * geometry.sachetMm + geometry.seamMm) return obstacles.meet('feed');
    if (isChuteTaken(roll) && tipMm > geometry.looseFromMm) return obstacles.meet('gate');
    return !isGateOpen() && tipMm > geometry.gateFloorMm ? obstacles.meet('gate') : 'nothing';
  }

  #cut(roll: RollId): void {
    const { parts, geometry, obstacles, cut, halved } = this.#around;
    const { sachetMm, seamMm } = geometry;
    const { headMm } = this.#strips[roll];
    const tipMm = this.tipMm(roll);
    if (tipMm <= seamMm) return;
    const seams = Math.max(0, Math.round(headMm / sachetMm));
    const isAtSeam = Math.abs(headMm - seams * sachetMm) <= seamMm;
    const count = isAtSeam ? seams : Math.ceil(headMm / sachetMm);
    this.#strips[roll].shorten(count);
    // At a seam the strip tears there; else it ends where the blade went through.
    this.#stumpMm[roll] = isAtSeam ? 0 : count * sachetMm - headMm;
    if (count <= 0) return;
    const last = parts.bays[roll][count - 1];
    if (!isAtSeam && last !== undefined) halved(roll, last, headMm - (count - 1) * sachetMm);
    const sachets = parts.cut(roll, count + Number(obstacles.takeTear(roll)));
    const lengthMm = (isAtSeam ? tipMm - headMm + seams * sachetMm : tipMm) / count;
    for (const sachet of sachets) this.#loose.set(sachet, { roll, lengthMm });
    this.#heads[roll] = parts.bays[roll][0];
    cut(roll, sachets);
  }
}
