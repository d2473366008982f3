import type { SqlStatement, Store } from '../../hal/ports/store.ts';
import { FINAL } from './schema.ts';

/** What the ledger writes of its state; log and orders have statements of their own. */
export function prepareWrites(store: Store): Readonly<Record<WriteName, SqlStatement>> {
  return {
    register: store.prepare(
      'INSERT INTO register VALUES (?,?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ),
    dose: store.prepare(
      `INSERT INTO dose VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (slot, date) DO UPDATE SET
       opens_ms=excluded.opens_ms, due_ms=excluded.due_ms, closes_ms=excluded.closes_ms, sachets=excluded.sachets,
       roll=excluded.roll, fate=excluded.fate, moved=excluded.moved, owed=excluded.owed, ahead=excluded.ahead,
       changed_ms=excluded.changed_ms`,
    ),
    intent: store.prepare(
      'INSERT INTO intent VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome',
    ),
    roll: store.prepare(
      'INSERT INTO roll VALUES (?,?,?) ON CONFLICT (id) DO UPDATE SET sachets=excluded.sachets, next=excluded.next',
    ),
    rollNext: store.prepare('UPDATE roll SET next = ? WHERE id = ?'),
    alarm: store.prepare('INSERT INTO alarm VALUES (?,?,?) ON CONFLICT (code, dose) DO NOTHING'),
    noAlarm: store.prepare('DELETE FROM alarm WHERE code = ? AND dose = ?'),
    pruneDoses: store.prepare(`DELETE FROM dose WHERE opens_ms < ? AND owed = 0 AND fate IN ${FINAL}`),
    pruneIntents: store.prepare(
      `DELETE FROM intent WHERE at_ms < ? AND outcome <> 'open' AND id < (SELECT max(id) FROM intent)`,
    ),
  };
}

type WriteName =
  | 'register'
  | 'dose'
  | 'intent'
  | 'roll'
  | 'rollNext'
  | 'alarm'
  | 'noAlarm'
  | 'pruneDoses'
  | 'pruneIntents';

/** What the ledger reads of its state. */
export function prepareReads(store: Store) {
  return {
    dose: store.prepare('SELECT * FROM dose WHERE slot = ? AND date = ?'),
    doses: store.prepare(
      `SELECT * FROM dose WHERE opens_ms >= ? OR owed > 0 OR fate IN ('due','releasing','presented','uncertain') ORDER BY opens_ms`,
    ),
    intent: store.prepare('SELECT * FROM intent ORDER BY id DESC LIMIT 1'),
    rolls: store.prepare('SELECT * FROM roll ORDER BY id'),
    alarms: store.prepare('SELECT * FROM alarm ORDER BY raised_ms, code, dose'),
  };
}
