import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { asStoreError } from '../../../hal/sqlite/errors.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { SqliteStore } from '../../../hal/sqlite/sqlite-store.ts';
import { failureOf, thrownBy } from '../../contract/store-suite.ts';

/** A real database in memory of which one statement, by its text, answers its next runs with an error of SQLite. */
function breaking(sql: string, code: string): { store: SqliteStore; break: () => void; mend: () => void } {
  const database = new Database(':memory:');
  let broken = false;
  const prepare = database.prepare.bind(database);
  const spied = (text: string): unknown => {
    const statement = prepare(text);
    if (text !== sql) return statement;
    return {
      run: (...values: unknown[]) => {
        if (broken) throw new Database.SqliteError('disk I/O error', code);
        return statement.run(...values);
      },
    };
  };
  const store = new SqliteStore(Object.assign(database, { prepare: spied as never }));
  store.exec('CREATE TABLE note (id INTEGER PRIMARY KEY) STRICT');
  return { store, break: () => (broken = true), mend: () => (broken = false) };
}

describe('SqliteStore', () => {
  it.each(['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY_DBMOVED', 'SQLITE_CORRUPT'])(
    'does nothing more after %s until it is opened again, even when a retry would succeed',
    (code) => {
      const probe = breaking('COMMIT', code);
      const insert = probe.store.prepare('INSERT INTO note VALUES (?)');
      probe.break();
      const first = thrownBy(() => probe.store.transaction(() => insert.run(1)));
      probe.mend();
      for (const use of [
        () => probe.store.transaction(() => 0),
        () => insert.run(2),
        () => probe.store.exec('SELECT 1'),
      ]) {
        expect(thrownBy(use)).toBe(first);
      }
    },
  );

  it('refuses everything after a transaction that could not be rolled back', () => {
    const probe = breaking('ROLLBACK', 'SQLITE_IOERR_WRITE');
    probe.break();
    expect(
      thrownBy(() =>
        probe.store.transaction(() => {
          throw 'stop';
        }),
      ),
    ).toBe('stop');
    probe.mend();
    expect(failureOf(() => probe.store.transaction(() => 0))).toBe('io');
  });

  it('prepares each text once, and a bounded number of texts', () => {
    const store = openStore({ path: ':memory:' });
    expect(store.prepare('SELECT 1')).toBe(store.prepare('SELECT 1'));
    const flood = (): void => {
      for (let value = 0; value < 1000; value += 1) store.prepare(`SELECT ${value} AS v`);
    };
    expect(flood).toThrow(/bind values/);
  });

  it.each([
    ['SQLITE_FULL', 'full'],
    ['SQLITE_IOERR_FSYNC', 'io'],
    ['SQLITE_IOERR_CORRUPTFS', 'corrupt'],
    ['SQLITE_READONLY_DIRECTORY', 'io'],
    ['SQLITE_CANTOPEN_ISDIR', 'io'],
    ['SQLITE_BUSY', 'io'],
    ['SQLITE_CORRUPT_INDEX', 'corrupt'],
    ['SQLITE_NOTADB', 'corrupt'],
    ['SQLITE_CONSTRAINT_TRIGGER', 'constraint'],
  ])('calls %s `%s`', (code, failure) => {
    expect(asStoreError(new Database.SqliteError('words', code))).toMatchObject({
      failure,
      message: `words (${code})`,
    });
  });
});
