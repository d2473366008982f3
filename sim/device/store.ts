import { StoreError } from '../../hal/ports/store.ts';
import type { SqlStatement, Store, StoreFailure } from '../../hal/ports/store.ts';
import type { CrashPoints } from './crash-points.ts';

/**
 * The unit's flash: the real store, here in memory, with the faults of a medium and a crash point on either side of
 * every commit. It outlives reboots; what a transaction did not commit is gone.
 */
export class SimStore implements Store {
  readonly #inner: Store;
  readonly #crashPoints: CrashPoints;
  #failure: StoreFailure | undefined;
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
    const result = this.#inner.transaction(() => {
      const value = body();
      if (this.#failure !== undefined) throw new StoreError(this.#failure, `the simulated medium says: ${this.#failure}`);
      this.#crashPoints.pass('before commit');
      return value;
    });
    this.#commits += 1;
    this.#crashPoints.pass('after commit');
    return result;
  }

  integrityProblems(): string[] {
    return this.#inner.integrityProblems();
  }

  /** The firmware may close its store; the flash stays where it is. */
  close(): void {}

  /** Throws the flash away, at the end of a run. */
  dispose(): void {
    this.#inner.close();
  }
}
