import type { Random } from '../../kernel/random.ts';
import { type Chip, CYCLES_PER_MS } from '../chip.ts';

export interface Bounce {
  /** How often at most it goes back to what it was before it stays. */
  readonly timesMax: number;
  readonly withinMs: number;
}

/** Something that is on or off and does not change cleanly: a contact, or the edge of paper in a light barrier. */
export class Bouncing {
  readonly #chip: Chip;
  readonly #random: Random;
  readonly #bounce: Bounce;
  readonly #show: (on: boolean) => void;
  #on: boolean;
  #changes = 0;

  /** `show` drives the pin. */
  constructor(chip: Chip, random: Random, bounce: Bounce, show: (on: boolean) => void, on = false) {
    this.#chip = chip;
    this.#random = random;
    this.#bounce = bounce;
    this.#show = show;
    this.#on = on;
    show(on);
  }

  set(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    this.#changes += 1;
    const change = this.#changes;
    const edges = 2 * this.#random.below(this.#bounce.timesMax + 1);
    const cycles = Array.from({ length: edges }, () => this.#random.below(this.#bounce.withinMs * CYCLES_PER_MS));
    this.#show(on);
    for (const [index, cycle] of cycles.toSorted((a, b) => a - b).entries()) {
      this.#chip.at(this.#chip.cycles + cycle, () => {
        if (change === this.#changes) this.#show(index % 2 === 0 ? !on : on);
      });
    }
  }
}
