/**
 * xoshiro128** 1.1 (Blackman and Vigna, 2018, public domain): 32-bit words, period 2^128 − 1. Not for secrets.
 */
export class Xoshiro128 {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** The four words must not all be zero. */
  constructor(a: number, b: number, c: number, d: number) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
  }

  /** The next word, 0 … 2^32 − 1. */
  next(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return result;
  }
}

/** Draws from one named stream. Streams of one seed are independent: a new consumer disturbs no other. */
export class Random {
  readonly #words: Xoshiro128;

  private constructor(words: Xoshiro128) {
    this.#words = words;
  }

  static stream(seed: number, name: string): Random {
    const mix = splitMix(hashName(name) ^ Math.imul(seed | 0, 0x9e3779b1) ^ Math.floor(seed / 0x1_0000_0000));
    return new Random(new Xoshiro128(mix(), mix(), mix(), mix() | 1));
  }

  /** A uniform integer in [0, bound), `bound` ≤ 2^32, without modulo bias. */
  below(bound: number): number {
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    let word = this.#words.next();
    while (word >= limit) word = this.#words.next();
    return word % bound;
  }

  /** A uniform integer in [min, max]. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** A uniform number in [0, 1). */
  unit(): number {
    return this.#words.next() / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Log-uniform in [min, max]: every order of magnitude is equally likely. */
  logBetween(min: number, max: number): number {
    return min * (max / min) ** this.unit();
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}

/** splitmix32, the usual way to spread a short seed over a long state. */
function splitMix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  };
}

function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
