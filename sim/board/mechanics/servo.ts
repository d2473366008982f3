import { type Chip, CYCLES_PER_MS, type PinChange } from '../chip.ts';
import { Ticker } from './chip-time.ts';
import type { Geometry } from './geometry.ts';
import type { Meeting } from './strip.ts';

const cyclesPerUs = CYCLES_PER_MS / 1000;
/** What is shorter or longer is no pulse. */
const pulseUs = { min: 300, max: 3000 };
/** It holds its place for a frame and a half, then it lets go. */
const holdCycles = 30 * CYCLES_PER_MS;
/** It does not run after the unevenness of its pulses. */
const deadbandDegrees = 1;
const endStops = { min: 0, max: 180 };

export interface ServoSurroundings {
  readonly chip: Chip;
  readonly geometry: Geometry;
  readonly hasPower: () => boolean;
  /** How many times slower than usual it is. */
  readonly slowness: () => number;
  /** What it meets where it would be next. */
  readonly meets: (degrees: number) => Meeting;
  readonly moved: (from: number, to: number) => void;
}

/** A servo and the flap or blade on its shaft. Without power or pulses it stays where it is. */
export class Servo {
  readonly #around: ServoSurroundings;
  readonly #ticker: Ticker;
  #degrees: number;
  #target: number;
  #roseAt: number | undefined;
  #pulsedAt = Number.NEGATIVE_INFINITY;

  constructor(around: ServoSurroundings, degrees: number) {
    this.#around = around;
    this.#degrees = degrees;
    this.#target = degrees;
    this.#ticker = new Ticker(around.chip, (cycle) => this.#turn(cycle));
  }

  get degrees(): number {
    return this.#degrees;
  }

  pinChanged({ drive, cycle }: PinChange): void {
    const roseAt = this.#roseAt;
    this.#roseAt = drive === 'high' ? cycle : undefined;
    if (drive !== 'low' || roseAt === undefined) return;
    const us = (cycle - roseAt) / cyclesPerUs;
    if (us >= pulseUs.min && us <= pulseUs.max) this.#aim(us, cycle);
  }

  #aim(us: number, cycle: number): void {
    const { minUs, maxUs } = this.#around.geometry.servo;
    const wanted = ((us - minUs) / (maxUs - minUs)) * 180;
    const degrees = Math.min(endStops.max, Math.max(endStops.min, wanted));
    if (Math.abs(degrees - this.#target) > deadbandDegrees) this.#target = degrees;
    this.#pulsedAt = cycle;
    if (this.#target !== this.#degrees) this.#ticker.wake();
  }

  #turn(cycle: number): boolean {
    const { hasPower, geometry, slowness, meets, moved } = this.#around;
    if (!hasPower() || cycle - this.#pulsedAt > holdCycles) return false;
    const from = this.#degrees;
    const reach = geometry.servo.degreesPerMs / slowness();
    const to = from + Math.min(reach, Math.max(-reach, this.#target - from));
    if (to === from || meets(to) !== 'nothing') return false;
    this.#degrees = to;
    moved(from, to);
    return true;
  }
}
