import type { Entropy } from '../../hal/ports/entropy.ts';

const WAIT_MS_MIN = 1_000;
const WAIT_MS_MAX = 120_000;

/**
 * Waits between connections, each twice the one before until something works again. Half of a wait is drawn by lot, so
 * that units do not come back all at once.
 */
export class Backoff {
  readonly #entropy: Entropy;
  #ms = WAIT_MS_MIN;

  constructor(entropy: Entropy) {
    this.#entropy = entropy;
  }

  nextMs(): number {
    const ms = this.#ms / 2 + this.#entropy.below(this.#ms / 2);
    this.#ms = Math.min(this.#ms * 2, WAIT_MS_MAX);
    return ms;
  }

  reset(): void {
    this.#ms = WAIT_MS_MIN;
  }
}
