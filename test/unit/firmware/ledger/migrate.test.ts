import { describe, expect, it } from 'vitest';
import { migrate, schemaOf } from '../../../../firmware/ledger/migrate.ts';
import { sealSchema } from '../../../../firmware/ledger/registers.ts';
import { MIGRATIONS } from '../../../../firmware/ledger/schema.ts';
import { TappedStore } from '../tapped-store.ts';

const dose = (date: string, fate: string): string =>
  `INSERT INTO dose VALUES ('morning', '${date}', 1, 2, 3, 1, 'A', '${fate}', 0, 0, 0, 4)`;

/** The ledger of a unit that ran the firmware before there were units without a cup sensor. */
function older(): TappedStore {
  const store = new TappedStore();
  store.exec(MIGRATIONS[0] as string);
  store.exec('PRAGMA user_version = 1');
  sealSchema(store);
  store.exec(dose('2026-11-19', 'taken'));
  store.exec(dose('2026-11-20', 'due'));
  return store;
}

describe('a ledger of older firmware', () => {
  it('knows no dose that nobody saw taken', () => {
    expect(() => older().exec(dose('2026-11-21', 'released'))).toThrow(/CHECK/);
  });

  it('keeps its doses, and learns the new fate with all the rules of an end', () => {
    const store = older();
    const before = store.rows('SELECT * FROM dose');
    migrate(store);
    expect(schemaOf(store)).toBe(MIGRATIONS.length);
    expect(store.rows('SELECT * FROM dose')).toEqual(before);
    store.exec("UPDATE dose SET fate = 'released' WHERE date = '2026-11-20'");
    expect(() => store.exec("UPDATE dose SET fate = 'due' WHERE date = '2026-11-20'")).toThrow(/keeps its fate/);
    expect(() => store.exec("UPDATE dose SET fate = 'due' WHERE date = '2026-11-19'")).toThrow(/keeps its fate/);
    store.exec(dose('2026-11-22', 'presented'));
    expect(() => store.exec("DELETE FROM dose WHERE date = '2026-11-22'")).toThrow(/without an end/);
    store.exec("DELETE FROM dose WHERE fate = 'released'");
  });

  it('is then the same as one that was begun anew', () => {
    const tables = 'SELECT type, name, tbl_name FROM sqlite_master ORDER BY name';
    const [brought, newer] = [older(), new TappedStore()];
    migrate(brought);
    migrate(newer);
    expect(brought.rows(tables)).toEqual(newer.rows(tables));
  });
});
