import { type SqlStatement, type Store, StoreError, type StoreFailure } from '../../../hal/ports/store.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';

/** A store with a tap on it: counts, and refuses when told to. */
export class TappedStore implements Store {
  inTransaction = false;
  commits = 0;
  /** Writes inside transactions so far. */
  writes = 0;
  /** The write that fails, counted as `writes` does. */
  failAtWrite = Number.POSITIVE_INFINITY;
  /** What every commit ends in from now on. */
  failure: StoreFailure | null = null;
  readonly inner: Store;

  constructor(inner: Store = openStore({ path: ':memory:' })) {
    this.inner = inner;
  }

  prepare(sql: string): SqlStatement {
    const inner = this.inner.prepare(sql);
    const run: SqlStatement['run'] = (...values) => {
      if (this.inTransaction) this.writes += 1;
      if (this.writes >= this.failAtWrite) throw new StoreError('full', 'the medium gave out');
      inner.run(...values);
    };
    return { run, get: (...values) => inner.get(...values), all: (...values) => inner.all(...values) };
  }

  exec(sql: string): void {
    this.inner.exec(sql);
  }

  transaction<T>(body: () => T): T {
    this.inTransaction = true;
    try {
      const result = this.inner.transaction(() => {
        const value = body();
        if (this.failure !== null) throw new StoreError(this.failure, 'the medium gave out');
        return value;
      });
      this.commits += 1;
      return result;
    } finally {
      this.inTransaction = false;
    }
  }

  integrityProblems(): string[] {
    return this.inner.integrityProblems();
  }

  image(): Uint8Array {
    return this.inner.image();
  }

  close(): void {}

  rows(sql: string, ...values: (string | number)[]): readonly Readonly<Record<string, unknown>>[] {
    return this.inner.prepare(sql).all(...values);
  }
}
