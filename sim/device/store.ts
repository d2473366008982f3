import type { SqlStatement, Store, StoreFailure } from '../../hal/ports/store.ts';
import { StoreError } from '../../hal/ports/store.ts';
import type { CrashPoints } from './crash-points.ts';

/** Undoes the inner transaction without the inner store taking it for its own failure. */
class MediumFault extends Error {
  readonly failure: StoreFailure;
  constructor(failure: StoreFailure) {
    super(failure);
    this.name = 'MediumFault';
    this.failure = failure;
  }
}

function refusal(failure: StoreFailure): StoreError {
  return new StoreError(failure, `the simulated medium says: ${failure}`);
}

/**
 * The unit's flash: the real store, here in memory, with the faults of a medium and a crash point on either side of
 * every commit. It outlives reboots; what a transaction did not commit is gone.
 */
export class SimStore implements Store {
  #inner: Store;
  readonly #crashPoints: CrashPoints;
  #failure: StoreFailure | undefined;
  #refusing: StoreFailure | undefined;
  #commits = 0;

  constructor(inner: Store, crashPoints: CrashPoints) {
    this.#inner = inner;
    this.#crashPoints = crashPoints;
  }

  /** How many transactions have become durable. */
  get commits(): number {
    return this.#commits;
  }

  /** What every commit meets from now on; `undefined` when the medium is well again. */
  setFailure(failure: StoreFailure | undefined): void {
    this.#failure = failure;
  }

  get failing(): StoreFailure | undefined {
    return this.#failure;
  }

  prepare(sql: string): SqlStatement {
    return this.#inner.prepare(sql);
  }

  exec(sql: string): void {
    this.#inner.exec(sql);
  }

  transaction<T>(body: () => T): T {
    if (this.#refusing !== undefined) throw refusal(this.#refusing);
    const result = this.#attempt(body);
    this.#commits += 1;
    this.#crashPoints.pass('after commit');
    return result;
  }

  /** The unit starts and opens its store anew: what failed before may work again. */
  reopen(): void {
    this.#refusing = undefined;
  }

  #attempt<T>(body: () => T): T {
    try {
      return this.#inner.transaction(() => {
        const value = body();
        if (this.#failure !== undefined) throw new MediumFault(this.#failure);
        this.#crashPoints.pass('before commit');
        return value;
      });
    } catch (error) {
      if (!(error instanceof MediumFault)) throw error;
      // As the real store does: a failed flush is not to be believed until the file has been opened again.
      if (error.failure === 'io') this.#refusing = 'io';
      throw refusal(error.failure);
    }
  }

  integrityProblems(): string[] {
    return this.#inner.integrityProblems();
  }

  image(): Uint8Array {
    return this.#inner.image();
  }

  /** Another flash from now on. @returns the one before, to be read by whoever has taken it out */
  exchange(fresh: Store): Store {
    const before = this.#inner;
    this.#inner = fresh;
    this.#failure = undefined;
    this.#refusing = undefined;
    return before;
  }

  /** The firmware may close its store; the flash stays where it is. */
  close(): void {}

  /** Throws the flash away, at the end of a run. */
  dispose(): void {
    this.#inner.close();
  }
}
