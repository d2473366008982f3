import type Database from 'better-sqlite3';
import type { SqlRow, SqlStatement, SqlValue, Store } from '../ports/store.ts';
import { StoreError } from '../ports/store.ts';
import { asStoreError, StoreMisuseError } from './errors.ts';

type Native = Database.Statement<unknown[], SqlRow>;

/** Statements kept per store. The SQL of this program is fixed text; a growing number means values were glued into it. */
const STATEMENTS_MAX = 500;

/**
 * Why the store is refusing at the moment. A failed flush may have dropped pages that a retry would report as written
 * (wiki.postgresql.org/Fsync_Errors), so `io` and `corrupt` last until the file is opened again. `full` lasts until the
 * end of the transaction that SQLite has already rolled back: what follows in it must not commit on its own.
 */
class Refusal {
  current: StoreError | undefined;

  /** Turns what SQLite threw into what the caller is to see, and remembers what must be refused from here on. */
  note(error: unknown): unknown {
    const seen = asStoreError(error);
    if (seen instanceof StoreError && seen.failure !== 'constraint') this.current ??= seen;
    return seen;
  }

  endTransaction(): void {
    if (this.current?.failure === 'full') this.current = undefined;
  }
}

class Statement implements SqlStatement {
  readonly #native: Native;
  readonly #refusal: Refusal;

  constructor(native: Native, refusal: Refusal) {
    this.#native = native;
    this.#refusal = refusal;
  }

  run(...values: SqlValue[]): void {
    if (this.#refusal.current !== undefined) throw this.#refusal.current;
    try {
      this.#native.run(...values);
    } catch (error) {
      throw this.#refusal.note(error);
    }
  }

  get(...values: SqlValue[]): SqlRow | undefined {
    if (this.#refusal.current !== undefined) throw this.#refusal.current;
    try {
      return this.#native.get(...values);
    } catch (error) {
      throw this.#refusal.note(error);
    }
  }

  all(...values: SqlValue[]): SqlRow[] {
    if (this.#refusal.current !== undefined) throw this.#refusal.current;
    try {
      return this.#native.all(...values);
    } catch (error) {
      throw this.#refusal.note(error);
    }
  }
}

/** The store port on one better-sqlite3 connection; `openStore` makes it. */
export class SqliteStore implements Store {
  readonly #database: Database.Database;
  readonly #begin: Native;
  readonly #commit: Native;
  readonly #rollback: Native;
  readonly #statements = new Map<string, Statement>();
  readonly #refusal = new Refusal();
  #inTransaction = false;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#rollback = database.prepare('ROLLBACK');
  }

  prepare(sql: string): SqlStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= STATEMENTS_MAX) {
      throw new StoreMisuseError(
        `more than ${STATEMENTS_MAX} different SQL texts; bind values instead of writing them into the text`,
      );
    }
    const made = new Statement(
      this.#guard(() => this.#database.prepare<unknown[], SqlRow>(sql)),
      this.#refusal,
    );
    this.#statements.set(sql, made);
    return made;
  }

  exec(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  /**
   * @throws StoreError when SQLite refuses, StoreMisuseError when nested or when `body` is asynchronous,
   * and whatever `body` throws; in every case nothing of it is kept.
   */
  transaction<T>(body: () => T): T {
    if (this.#inTransaction) throw new StoreMisuseError('a transaction is already open; one event is one transaction');
    if (this.#refusal.current !== undefined) throw this.#refusal.current;
    try {
      this.#begin.run();
    } catch (error) {
      throw this.#refusal.note(error);
    }
    this.#inTransaction = true;
    try {
      const result = body();
      if (isThenable(result)) throw new StoreMisuseError('the body of a transaction must be synchronous');
      if (this.#refusal.current !== undefined) throw this.#refusal.current;
      this.#commit.run();
      return result;
    } catch (error) {
      const seen = this.#refusal.note(error);
      this.#undo();
      throw seen;
    } finally {
      this.#inTransaction = false;
      this.#refusal.endTransaction();
    }
  }

  image(): Uint8Array {
    return this.#guard(() => this.#database.serialize());
  }

  integrityProblems(): string[] {
    return integrityProblems(this.#database);
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #guard<T>(act: () => T): T {
    if (this.#refusal.current !== undefined) throw this.#refusal.current;
    try {
      return act();
    } catch (error) {
      throw this.#refusal.note(error);
    }
  }

  #undo(): void {
    // SQLite has already rolled back by itself after a full disk or a failed write.
    if (!this.#database.inTransaction) return;
    try {
      this.#rollback.run();
    } catch (error) {
      // An open transaction that cannot be undone must never be committed by a later one.
      this.#refusal.current ??= new StoreError('io', 'a transaction could not be rolled back', { cause: error });
    }
  }
}

/** What `PRAGMA quick_check` finds, in SQLite's words; empty when the file is sound. At most 100 lines (SQLite's default). */
export function integrityProblems(database: Database.Database): string[] {
  try {
    const rows = database.pragma('quick_check') as { quick_check: string }[];
    const lines = rows.map((row) => row.quick_check);
    return lines.length === 1 && lines[0] === 'ok' ? [] : lines;
  } catch (error) {
    const seen = asStoreError(error);
    if (seen instanceof StoreError && seen.failure === 'corrupt') return [seen.message];
    throw seen;
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
