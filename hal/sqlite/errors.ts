import Database from 'better-sqlite3';
import type { StoreFailure } from '../ports/store.ts';
import { StoreError } from '../ports/store.ts';

/** The caller broke the store's contract (nested transaction, asynchronous body). A mistake in the program, not of the medium. */
export class StoreMisuseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StoreMisuseError';
  }
}

/**
 * SQLite result codes (sqlite.org/rescode.html) by what the unit must do about them. The first prefix that fits wins.
 * A lock held by somebody else counts as `io`: a second process on the same ledger is as bad as a broken medium.
 */
const FAILURES: readonly (readonly [prefix: string, failure: StoreFailure])[] = [
  ['SQLITE_CONSTRAINT', 'constraint'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_IOERR_CORRUPTFS', 'corrupt'],
  ['SQLITE_IOERR', 'io'],
  ['SQLITE_READONLY', 'io'],
  ['SQLITE_CANTOPEN', 'io'],
  ['SQLITE_BUSY', 'io'],
  ['SQLITE_LOCKED', 'io'],
  ['SQLITE_PROTOCOL', 'io'],
  ['SQLITE_PERM', 'io'],
  ['SQLITE_NOMEM', 'io'],
];

/** The code SQLite gave, e.g. `SQLITE_IOERR_FSYNC`; empty when the error is not SQLite's. */
export function sqliteCode(error: unknown): string {
  return error instanceof Database.SqliteError ? error.code : '';
}

/** A refusal by SQLite as a StoreError; anything else (wrong SQL, a thrown value of the caller) comes back as it was. */
export function asStoreError(error: unknown): unknown {
  const code = sqliteCode(error);
  const found = FAILURES.find(([prefix]) => code.startsWith(prefix));
  if (found === undefined) return error;
  return new StoreError(found[1], `${(error as Error).message} (${code})`, { cause: error });
}
