import { randomInt } from 'node:crypto';
import type { Entropy } from '../ports/entropy.ts';

const BOUND_MAX = 2 ** 32;

/** Numbers from the kernel's generator, without the bias of a remainder. */
export function createEntropy(): Entropy {
  return {
    /** @throws RangeError unless `bound` is a whole number from 1 to 2^32. */
    below(bound: number): number {
      if (!Number.isInteger(bound) || bound < 1 || bound > BOUND_MAX) {
        throw new RangeError(`bound is ${bound}; it must be a whole number from 1 to ${BOUND_MAX}`);
      }
      return randomInt(bound);
    },
  };
}
