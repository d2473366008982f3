import { describe, expect, it } from 'vitest';
import type { Change } from '../../../../firmware/domain/memory.ts';
import { chainHash, GENESIS } from '../../../../firmware/ledger/chain.ts';
import { Ledger } from '../../../../firmware/ledger/ledger.ts';
import { LOG_KEPT_MAX, type Unnumbered } from '../../../../firmware/ledger/record-log.ts';
import { sameBytes } from '../../../../protocol/cose/bytes.ts';
import { DAY, HOUR } from '../rig.ts';
import type { TappedStore } from '../tapped-store.ts';
import { dose, faultOf, intent, provisioned, record, START, set } from './samples.ts';

describe('the chain of records', () => {
  function written(count: number): TappedStore {
    const store = provisioned();
    const ledger = new Ledger(store);
    ledger.commit(
      [],
      Array.from({ length: count }, () => record),
      START,
    );
    ledger.commit([{ set: 'register', name: 'ackedThrough', value: count - 1 }], [], START);
    return store;
  }

  /** Changes the file past its own rules, and leaves these as they were. */
  function tamper(store: TappedStore, sql: string): void {
    const [rule] = store.rows(`SELECT sql FROM sqlite_schema WHERE name = 'log_is_history'`);
    store.exec(`DROP TRIGGER log_is_history; ${sql}; ${rule?.sql}`);
  }

  it('hashes each record with the one before it, from nothing', () => {
    const rows = written(3).rows('SELECT body, hash FROM log ORDER BY seq') as { body: Uint8Array; hash: Uint8Array }[];
    let hash = GENESIS;
    for (const row of rows) {
      hash = chainHash(hash, row.body);
      expect(sameBytes(hash, row.hash)).toBe(true);
    }
  });

  it('is whole after an untouched restart', () => {
    expect(new Ledger(written(200)).log.lastSeq).toBe(200);
  });

  it.each([
    ['a changed record', 'UPDATE log SET body = (SELECT body FROM log WHERE seq = 199) WHERE seq = 180'],
    ['a changed last record', 'UPDATE log SET body = (SELECT body FROM log WHERE seq = 199) WHERE seq = 200'],
    ['a changed hash', 'UPDATE log SET hash = (SELECT hash FROM log WHERE seq = 199) WHERE seq = 180'],
    ['a record taken out', 'DELETE FROM log WHERE seq = 180'],
    ['records cut off that the centre has', 'DELETE FROM log WHERE seq > 198'],
    ['all records taken out', 'DELETE FROM log'],
  ])('betrays %s at the next start', (_, sql) => {
    const store = written(200);
    tamper(store, sql);
    expect(faultOf(() => new Ledger(store))).toBe('contradiction');
  });

  it('betrays a changed first record', () => {
    const store = written(3);
    tamper(store, 'UPDATE log SET body = (SELECT body FROM log WHERE seq = 2) WHERE seq = 1');
    expect(faultOf(() => new Ledger(store))).toBe('contradiction');
  });
});

describe('forgetting', () => {
  const many = (count: number): Unnumbered[] => Array.from({ length: count }, () => record);
  const acked = (value: number): Change => ({ set: 'register', name: 'ackedThrough', value });
  const rowsOf = (store: TappedStore) => {
    const [{ low, high, count }] = store.rows('SELECT min(seq) low, max(seq) high, count(*) count FROM log') as [
      { low: number; high: number; count: number },
    ];
    return { low, high, count };
  };

  it('keeps every record that the centre has not acknowledged, however many', () => {
    const store = provisioned();
    const ledger = new Ledger(store);
    for (let batch = 0; batch < 30; batch += 1) ledger.commit([acked(100)], many(256), START);
    expect(rowsOf(store)).toEqual({ low: 101, high: 7_680, count: 7_580 });
  });

  it('knows the oldest record it still has', () => {
    const store = provisioned();
    const ledger = new Ledger(store);
    expect([ledger.log.firstSeq, ledger.log.lastSeq]).toEqual([1, 0]);
    ledger.commit([], many(3), START);
    expect([ledger.log.firstSeq, ledger.log.lastSeq]).toEqual([1, 3]);
    for (let batch = 0; batch < 30; batch += 1) ledger.commit([acked(100)], many(256), START);
    expect(ledger.log.firstSeq).toBe(rowsOf(store).low);
    expect(ledger.log.firstSeq).toBe(101);
  });

  it('keeps a bounded number of acknowledged records', () => {
    const store = provisioned();
    const ledger = new Ledger(store);
    for (let batch = 0; batch < 30; batch += 1) {
      ledger.commit([acked(ledger.log.lastSeq)], many(256), START);
      expect(rowsOf(store).count).toBeLessThanOrEqual(LOG_KEPT_MAX + 512);
    }
    expect(rowsOf(store).count).toBeGreaterThanOrEqual(LOG_KEPT_MAX);
    expect(new Ledger(store).log.lastSeq).toBe(7_680);
  });

  it('forgets ended doses and settled movements after 400 days, and nothing that is open', () => {
    const store = provisioned();
    const ledger = new Ledger(store);
    const old = ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'] as const;
    ledger.commit(
      [
        set.dose(dose(old[0], { fate: 'taken', moved: 2 })),
        set.dose(dose(old[1], { fate: 'uncertain' })),
        set.dose(dose(old[2], { fate: 'missed', owed: 1 })),
        set.dose(dose(old[3], { fate: 'due' })),
        set.intent(intent({ outcome: 'moved' })),
        set.intent(intent({ id: 2, ordinal: 1, outcome: 'moved', atMs: START + 500 * DAY })),
      ],
      [],
      START,
    );
    ledger.commit([{ set: 'register', name: 'scheduleFromMs', value: START + 400 * DAY + 3 * HOUR }], many(256), START);
    expect(store.rows('SELECT date FROM dose ORDER BY date').map(({ date }) => date)).toEqual(old.slice(1));
    expect(store.rows('SELECT id FROM intent')).toEqual([{ id: 2 }]);
    expect([...ledger.recall().doses.keys()]).toEqual(old.slice(1).map((date) => `morning/${date}`));
  });

  it('keeps the last movement, however old, because the next takes its number', () => {
    const store = provisioned();
    const ledger = new Ledger(store);
    ledger.commit([set.intent(intent({ outcome: 'moved' }))], [], START);
    ledger.commit([{ set: 'register', name: 'scheduleFromMs', value: START + 900 * DAY }], many(256), START);
    expect(ledger.recall().intent?.id).toBe(1);
  });
});
