export interface PaceLimits {
  /** Bytes a second for one unit, and for all together. */
  readonly unitBytes: number;
  readonly allBytes: number;
  /** Units that wait at one time; one that is turned away asks again. */
  readonly waitingMax: number;
}

export const paceLimits: PaceLimits = { unitBytes: 256 * 1024, allBytes: 4 * 1024 * 1024, waitingMax: 10_000 };

export interface PaceSurroundings {
  /** Any clock that does not step. */
  readonly nowMs: () => number;
  readonly limits?: PaceLimits;
  /** @returns how to call it off */
  readonly later?: (ms: number, act: () => void) => () => void;
}

interface Waiting<T> {
  readonly what: T;
  readonly bytes: number;
}

/** Serves those who ask in the order of asking, no faster than one unit, and all together, may be served. */
export class Pace<T> {
  readonly #serve: (unit: string, what: T) => void;
  readonly #nowMs: () => number;
  readonly #limits: PaceLimits;
  readonly #later: (ms: number, act: () => void) => () => void;
  readonly #waiting = new Map<string, Waiting<T>>();
  /** When each unit's line, and that of all, is free again. */
  readonly #freeMs = new Map<string, number>();
  #allFreeMs = 0;
  #callOff: (() => void) | undefined;

  constructor(serve: (unit: string, what: T) => void, { nowMs, limits = paceLimits, later = timer }: PaceSurroundings) {
    this.#serve = serve;
    this.#nowMs = nowMs;
    this.#limits = limits;
    this.#later = later;
  }

  /** Of several that one unit asks for, the last is served. */
  add(unit: string, what: T, bytes: number): void {
    if (!this.#waiting.has(unit) && this.#waiting.size >= this.#limits.waitingMax) return;
    this.#waiting.set(unit, { what, bytes });
    this.#go();
  }

  stop(): void {
    this.#callOff?.();
    this.#waiting.clear();
  }

  #go(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    const nowMs = this.#nowMs();
    for (const [unit, freeMs] of this.#freeMs) if (freeMs <= nowMs) this.#freeMs.delete(unit);
    const { unitBytes, allBytes } = this.#limits;
    for (const [unit, { what, bytes }] of this.#waiting) {
      if (this.#allFreeMs > nowMs) break;
      if (this.#freeMs.has(unit)) continue;
      this.#waiting.delete(unit);
      this.#freeMs.set(unit, nowMs + (1000 * bytes) / unitBytes);
      this.#allFreeMs = Math.max(this.#allFreeMs, nowMs) + (1000 * bytes) / allBytes;
      this.#serve(unit, what);
    }
    if (this.#waiting.size === 0) return;
    const soonestMs = Math.min(...[...this.#waiting.keys()].map((unit) => this.#freeMs.get(unit) ?? nowMs));
    this.#callOff = this.#later(Math.max(soonestMs, this.#allFreeMs) - nowMs, () => this.#go());
  }
}

function timer(ms: number, act: () => void): () => void {
  const timeout = setTimeout(act, Math.max(1, Math.ceil(ms)));
  return () => clearTimeout(timeout);
}
