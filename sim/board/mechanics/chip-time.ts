import { type Chip, CYCLES_PER_MS } from '../chip.ts';

/** Calls back when so many milliseconds of the chip's time have passed. */
export function after(chip: Chip, ms: number, act: () => void): void {
  chip.at(chip.cycles + Math.round(ms * CYCLES_PER_MS), act);
}

/** A millisecond's tick of the chip's time, for as long as something moves. */
export class Ticker {
  readonly #chip: Chip;
  readonly #tick: (cycle: number) => boolean;
  #isAwake = false;

  /** `tick` says whether there is to be another one. */
  constructor(chip: Chip, tick: (cycle: number) => boolean) {
    this.#chip = chip;
    this.#tick = tick;
  }

  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#book(this.#chip.cycles + CYCLES_PER_MS);
  }

  #book(cycle: number): void {
    this.#chip.at(cycle, () => {
      if (this.#tick(cycle)) this.#book(cycle + CYCLES_PER_MS);
      else this.#isAwake = false;
    });
  }
}
