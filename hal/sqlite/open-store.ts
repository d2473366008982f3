import { existsSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from '../ports/store.ts';
import { asStoreError, sqliteCode } from './errors.ts';
import { integrityProblems, SqliteStore } from './sqlite-store.ts';

export interface StoreOptions {
  /** The database file; made when missing, in a folder that exists. `:memory:` for one that ends with the process. */
  readonly path: string;
}

/** How long to wait for another process to let go of the file. Nobody else should hold it: fail soon, and say so. */
const BUSY_MS_MAX = 250;
/** Pages of 4 KiB in the write-ahead log before it is folded into the database file. */
const WAL_PAGES_MAX = 1000;
/** The log file is cut back to this after folding. */
const WAL_BYTES_MAX = 8 * 1024 * 1024;
/** Wanted of every connection, checked after setting: 2 is FULL, one flush for each commit (sqlite.org/pragma.html#pragma_synchronous). */
const SYNCHRONOUS_FULL = 2;

/**
 * Opens the one connection to a SQLite file, or a database in memory with the same behaviour.
 * A file that is damaged or is no database is refused and left as it is, log and all, for a technician to fetch.
 * @throws StoreError `corrupt`, `io` (also when another process has the file open) or `full`
 */
export function openStore(options: StoreOptions): SqliteStore {
  const { path } = options;
  const inMemory = path === ':memory:';
  let database: Database.Database | undefined;
  try {
    const examined = inMemory || examine(path);
    database = new Database(path, { timeout: BUSY_MS_MAX });
    configure(database, inMemory);
    if (!examined) refuseProblems(database);
    // The examination's reader leaves its map of the log behind; holding the exclusive lock, nobody else can be using it.
    if (!inMemory) rmSync(`${path}-shm`, { force: true });
    return new SqliteStore(database);
  } catch (error) {
    database?.close();
    throw withPath(asStoreError(error), path);
  }
}

/**
 * Looks for damage through a read-only connection, which neither folds the log into the file nor writes a header.
 * Answers false when such a connection cannot read the file as it stands and the real one has to judge: after a cut
 * during creation (a rollback journal to replay), or when a full disk has no room for the reader's map of the log.
 * Only then may a damaged file change: SQLite folds the sound part of the log into it on closing.
 */
function examine(path: string): boolean {
  if (!existsSync(dirname(path)))
    throw new StoreError('io', 'the folder does not exist; make it or choose another path');
  if (!existsSync(path) || statSync(path).size === 0) return true;
  let reader: Database.Database | undefined;
  try {
    reader = new Database(path, { readonly: true, timeout: BUSY_MS_MAX });
    refuseProblems(reader);
    return true;
  } catch (error) {
    const code = sqliteCode((error as Error).cause ?? error);
    if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_IOERR_SHM')) return false;
    throw error;
  } finally {
    reader?.close();
  }
}

function refuseProblems(database: Database.Database): void {
  const problems = integrityProblems(database);
  if (problems.length > 0) throw new StoreError('corrupt', problems.join('; '));
}

function configure(database: Database.Database, inMemory: boolean): void {
  // Exclusive: SQLite itself keeps a second process out, and the log needs no shared-memory map.
  database.pragma('locking_mode = EXCLUSIVE');
  database.pragma('mmap_size = 0');
  database.pragma('temp_store = MEMORY');
  database.pragma(`journal_mode = ${inMemory ? 'MEMORY' : 'WAL'}`);
  database.pragma(`synchronous = ${SYNCHRONOUS_FULL}`);
  database.pragma('foreign_keys = ON');
  database.pragma(`wal_autocheckpoint = ${WAL_PAGES_MAX}`);
  database.pragma(`journal_size_limit = ${WAL_BYTES_MAX}`);
  expect(database, 'journal_mode', inMemory ? 'memory' : 'wal');
  expect(database, 'synchronous', SYNCHRONOUS_FULL);
  expect(database, 'foreign_keys', 1);
}

/** A setting that silently did not take would cost a dose record at the next power cut. */
function expect(database: Database.Database, pragma: string, wanted: string | number): void {
  const found = database.pragma(pragma, { simple: true });
  if (found !== wanted) throw new StoreError('io', `PRAGMA ${pragma} is ${String(found)}, not ${wanted}`);
}

function withPath(error: unknown, path: string): unknown {
  if (!(error instanceof StoreError)) return error;
  const busy = sqliteCode(error.cause).startsWith('SQLITE_BUSY') ? '; another process has it open' : '';
  return new StoreError(error.failure, `${path}: ${error.message}${busy}`, { cause: error.cause ?? error });
}
