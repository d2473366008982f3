/** A safety or liveness rule that did not hold, as seen from outside the unit. */
export interface Violation {
  /** The stable name of the rule; see README.md. */
  readonly invariant: string;
  readonly atMs: number;
  readonly detail: string;
}

/** Kept per run; a run with so many is broken in one way, not in many. */
const keptMax = 50;

/** Collects violations, each rule and detail once. */
export class Verdicts {
  readonly violations: Violation[] = [];
  readonly #nowMs: () => number;
  readonly #seen = new Set<string>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  broken(invariant: string, detail: string): void {
    const key = `${invariant} ${detail}`;
    if (this.#seen.has(key) || this.violations.length >= keptMax) return;
    this.#seen.add(key);
    this.violations.push({ invariant, atMs: this.#nowMs(), detail });
  }
}
