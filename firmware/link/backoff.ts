import type { Entropy } from '../../hal/ports/entropy.ts';

/** Nobody calls on a broker more often. */
const WAIT_MS_MIN = 1_000;
/** A broker that restarts loses every unit in the same second: so wide is the first wait, that they do not return in one. */
const FIRST_MS = 8_000;
/** A broker that has come back after however long has all its units again in so long; 10,000 of them knock 650 times a second. */
const AWAY_MS_MAX = 30_000;
/** One that welcomes and hangs up, or that gives the line to another unit of the same name, is not helped by haste. */
const TURNED_OUT_MS_MAX = 120_000;

/** How a connection, or an attempt at one, came to its end. */
export type Ending = 'unreached' | 'turned-out';

/**
 * Waits between connections, each up to twice as long as the one before until something works again. A broker that is not
 * reached is called on at any moment of the wait; one that was reached, not before half of it is over.
 */
export class Backoff {
  readonly #entropy: Entropy;
  #widestMs = FIRST_MS;

  constructor(entropy: Entropy) {
    this.#entropy = entropy;
  }

  nextMs(ending: Ending): number {
    const limitMs = ending === 'unreached' ? AWAY_MS_MAX : TURNED_OUT_MS_MAX;
    const widestMs = Math.min(this.#widestMs, limitMs);
    const leastMs = ending === 'unreached' ? WAIT_MS_MIN : widestMs / 2;
    this.#widestMs = Math.min(widestMs * 2, limitMs);
    return leastMs + this.#entropy.below(widestMs - leastMs);
  }

  reset(): void {
    this.#widestMs = FIRST_MS;
  }
}
