import type { MechanismPart, RollId } from '../../../hal/ports/mechanism.ts';
import type { MechanismParts } from '../../device/mechanism-parts.ts';
import type { PhysicalEvent } from '../../device/physical-event.ts';
import type { Sachet } from '../../device/sachet.ts';
import type { Chip } from '../chip.ts';
import { after } from './chip-time.ts';
import type { Geometry } from './geometry.ts';

/** A sachet, or what was cut of it. */
export interface Loose {
  readonly roll: RollId;
  readonly lengthMm: number;
}

export interface DropSurroundings {
  readonly chip: Chip;
  readonly geometry: Geometry;
  readonly parts: MechanismParts;
  /** Of what was cut: in whose chute it lies, and how long it is. */
  readonly loose: (sachet: Sachet) => Loose;
  readonly gateDegrees: () => number;
  readonly cupDegrees: () => number;
  readonly slowness: () => number;
  readonly intent: () => number;
  readonly witness: (event: PhysicalEvent) => void;
  /** A full bin lets nothing more in. */
  readonly blocked: (part: MechanismPart) => void;
  /** Light barriers and the sensor of the cup may find something else. */
  readonly changed: () => void;
}

/**
 * What falls: from the gate into the cup or the bin, from the tipped cup into the bin, one sachet after another, with
 * power or without. The truth changes when a sachet has left its place, which is when a barrier begins to see it.
 */
export class Drops {
  readonly #around: DropSurroundings;
  #openTo: 'cup' | 'bin' | undefined;
  /** Counts movements of the gate: a sachet that had not yet left stays when it closes. */
  #openings = 0;
  #falls = false;
  #pours = false;
  #sliding: RollId | undefined;
  #passing = 0;

  constructor(around: DropSurroundings) {
    this.#around = around;
  }

  get openTo(): 'cup' | 'bin' | undefined {
    const { geometry, gateDegrees } = this.#around;
    const isAt = (degrees: number): boolean => Math.abs(gateDegrees() - degrees) <= geometry.openWithinDegrees;
    if (isAt(geometry.gate.cup)) return 'cup';
    return isAt(geometry.gate.bin) ? 'bin' : undefined;
  }

  /** Cut loose, on the gate, and so long that its end lies in the barrier yet. */
  isInBarrier(roll: RollId): boolean {
    const { gateFloorMm, barrierMm } = this.#around.geometry;
    const lengthMm = this.#lying(roll).reduce((sum, one) => sum + one.lengthMm, 0);
    return this.#sliding !== roll && lengthMm >= gateFloorMm - barrierMm;
  }

  holds(roll: RollId): boolean {
    return this.#lying(roll).length > 0;
  }

  #lying(roll: RollId): readonly Loose[] {
    const { parts, loose } = this.#around;
    return parts.chute.map(loose).filter((one) => one.roll === roll);
  }

  get isBinDark(): boolean {
    return this.#passing > 0;
  }

  /** Flaps have turned, or something lies elsewhere. */
  settle(): void {
    const { openTo } = this;
    if (openTo !== this.#openTo) {
      this.#openTo = openTo;
      this.#openings += 1;
      this.#falls = false;
    }
    this.#awaitFall(this.#around.geometry.fallMs);
    this.#awaitPour(this.#around.geometry.fallMs);
  }

  get #isTipped(): boolean {
    const { geometry, cupDegrees } = this.#around;
    return cupDegrees() >= geometry.cup.tip - geometry.openWithinDegrees;
  }

  #awaitFall(ms: number): void {
    const { parts } = this.#around;
    if (this.#openTo === undefined || this.#falls || this.#sliding !== undefined || parts.chute.length === 0) return;
    this.#falls = true;
    const opening = this.#openings;
    this.#later(ms, () => {
      if (opening !== this.#openings) return;
      this.#falls = false;
      this.#fall();
    });
  }

  #fall(): void {
    const { parts, geometry, loose, intent, witness, changed } = this.#around;
    const [next] = parts.chute;
    if (next === undefined || (this.#openTo === 'bin' && this.#isBinFull())) return;
    if (this.#openTo === 'cup') {
      witness({ type: 'presented', intent: intent(), sachets: parts.dropToCup(1) });
    } else {
      witness({ type: 'binned', intent: intent(), motion: 'swallow', sachets: parts.dropToBin(1) });
      this.#pass();
    }
    // What was torn off with it comes down to the gate a little later, past the barrier.
    this.#sliding = loose(next).roll;
    this.#later(geometry.apartMs, () => {
      this.#sliding = undefined;
      changed();
      this.#awaitFall(geometry.passMs);
    });
    changed();
    this.#awaitPour(geometry.fallMs);
  }

  #awaitPour(ms: number): void {
    if (!this.#isTipped || this.#pours || this.#around.parts.cup.length === 0) return;
    this.#pours = true;
    this.#later(ms, () => {
      this.#pours = false;
      this.#pour();
    });
  }

  #pour(): void {
    const { parts, geometry, intent, witness, changed } = this.#around;
    if (!this.#isTipped || parts.cup.length === 0 || this.#isBinFull()) return;
    witness({ type: 'binned', intent: intent(), motion: 'retract', sachets: parts.drawBack(1) });
    this.#pass();
    changed();
    this.#awaitPour(geometry.passMs + geometry.apartMs);
  }

  #pass(): void {
    this.#passing += 1;
    this.#later(this.#around.geometry.passMs, () => {
      this.#passing -= 1;
      this.#around.changed();
    });
  }

  #isBinFull(): boolean {
    const { parts, blocked } = this.#around;
    const isFull = parts.bin.length >= parts.binCapacity;
    if (isFull) blocked('gate');
    return isFull;
  }

  #later(ms: number, act: () => void): void {
    after(this.#around.chip, ms * this.#around.slowness(), act);
  }
}
