import { type SqlStatement, type Store, StoreError, type StoreFailure } from '../../hal/ports/store.ts';

/** What is heard of a store during one entrance. */
export interface StoreEars {
  /** Statements run so far; those of a transaction that was refused do not count. */
  reads: number;
  unread: [number, StoreFailure][];
  failed: [number, StoreFailure][];
  committed: boolean;
  problems?: number;
}

interface Counting {
  /** Counts a port call and gives its number. */
  readonly count: () => number;
  /** Something that is no `Error` came out of a port call. */
  readonly cut: (call: number, thrown: unknown) => void;
}

/** The same store; what the medium refuses is heard. What breaks a rule of the tables does so again in a replay. */
export function tappedStore(store: Store, ears: () => StoreEars, { count, cut }: Counting): Store {
  const reading = <T>(act: () => T): T => {
    const heard = ears();
    heard.reads += 1;
    const number = heard.reads;
    try {
      return act();
    } catch (error) {
      if (isOfMedium(error)) heard.unread.push([number, error.failure]);
      throw error;
    }
  };
  const tapped = (statement: SqlStatement): SqlStatement => ({
    run: (...values) => reading(() => statement.run(...values)),
    get: (...values) => reading(() => statement.get(...values)),
    all: (...values) => reading(() => statement.all(...values)),
  });
  return {
    prepare: (sql) => tapped(reading(() => store.prepare(sql))),
    exec: (sql) => reading(() => store.exec(sql)),
    transaction(body) {
      const number = count();
      const heard = ears();
      const { reads, unread } = heard;
      const unreadBefore = unread.length;
      try {
        const result = store.transaction(body);
        heard.committed = true;
        return result;
      } catch (error) {
        if (isOfMedium(error)) {
          // A replay refuses the transaction as a whole, without running it.
          heard.reads = reads;
          heard.unread.length = unreadBefore;
          heard.failed.push([number, error.failure]);
        } else if (!(error instanceof Error)) cut(number, error);
        throw error;
      }
    },
    image: () => store.image(),
    integrityProblems() {
      const problems = reading(() => store.integrityProblems());
      ears().problems = problems.length;
      return problems;
    },
    close: () => store.close(),
  };
}

function isOfMedium(error: unknown): error is StoreError {
  return error instanceof StoreError && error.failure !== 'constraint';
}
