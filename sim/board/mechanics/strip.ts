import type { MechanismPart } from '../../../hal/ports/mechanism.ts';
import { type Chip, FREQUENCY_HZ } from '../chip.ts';
import { Ticker } from './chip-time.ts';
import type { Geometry } from './geometry.ts';

/** What a part meets on its way: nothing, a coupling that slips, or something that holds it. */
export type Meeting = 'nothing' | 'slip' | MechanismPart;

/** The lag dies away in so many milliseconds. */
const settlingMs = 2;
/** A turning motor follows steps that are by so much faster than those before. */
const speedUpMax = 1.5;
const almostMm = 0.01;

export interface StripSurroundings {
  readonly chip: Chip;
  readonly geometry: Geometry;
  /** What the head meets where the next step would bring it. */
  readonly meets: (headMm: number) => Meeting;
  readonly moved: () => void;
}

/**
 * The strip of one roll, its roller and its motor. A motor does what it is told step by step, or loses the step: when it
 * is held, or when it is to start or to turn faster than it can. The strip comes after it, and so runs on for a little.
 */
export class Strip {
  readonly #around: StripSurroundings;
  readonly #ticker: Ticker;
  /** Where the roller has brought the strip, in steps, which are whole numbers. */
  #steps = 0;
  #headMm = 0;
  #steppedAt = Number.NEGATIVE_INFINITY;
  #stepsPerSecond = 0;

  constructor(around: StripSurroundings) {
    this.#around = around;
    this.#ticker = new Ticker(around.chip, () => this.#follow());
  }

  /** How far the head lies beyond the blade; below zero behind it. */
  get headMm(): number {
    return this.#headMm;
  }

  /** The driver has got a step. */
  step(cycle: number): void {
    const { geometry, meets } = this.#around;
    const rate = FREQUENCY_HZ / (cycle - this.#steppedAt);
    this.#steppedAt = cycle;
    const isKept = this.#keepsUp(rate) && meets((this.#steps + 1) * geometry.stepMm) === 'nothing';
    this.#stepsPerSecond = isKept ? rate : 0;
    if (!isKept) return;
    this.#steps += 1;
    this.#ticker.wake();
  }

  /** So many sachets are off: what lay behind them is the head. */
  shorten(sachets: number): void {
    const { sachetMm, stepMm } = this.#around.geometry;
    this.#steps -= Math.round((sachets * sachetMm) / stepMm);
    this.#headMm -= sachets * sachetMm;
  }

  /** Hands, or a blade, have left its head here. */
  put(headMm: number): void {
    this.#steps = Math.round(headMm / this.#around.geometry.stepMm);
    this.#headMm = headMm;
  }

  #keepsUp(rate: number): boolean {
    const { start, pullOut } = this.#around.geometry.stepsPerSecond;
    return rate <= start || (rate <= pullOut && rate <= this.#stepsPerSecond * speedUpMax);
  }

  #follow(): boolean {
    const { lagMm, stepMm } = this.#around.geometry;
    const goalMm = this.#steps * stepMm;
    const behindMm = (goalMm - this.#headMm) * Math.exp(-1 / settlingMs);
    const isThere = Math.abs(behindMm) < almostMm;
    this.#headMm = isThere ? goalMm : goalMm - Math.min(behindMm, lagMm);
    this.#around.moved();
    return !isThere;
  }
}
