import { describe, expect, it } from 'vitest';
import { type Dose, doseKey } from '../../../../firmware/domain/dose.ts';
import type { Change, Intent } from '../../../../firmware/domain/memory.ts';
import { SettingsError } from '../../../../firmware/domain/settings.ts';
import { chainHash, GENESIS, sameBytes } from '../../../../firmware/ledger/chain.ts';
import { LedgerError } from '../../../../firmware/ledger/errors.ts';
import { Ledger, LOG_KEPT_MAX, type Unnumbered } from '../../../../firmware/ledger/ledger.ts';
import { provision } from '../../../../firmware/ledger/provision.ts';
import { MIGRATIONS } from '../../../../firmware/ledger/schema.ts';
import { StoreError } from '../../../../hal/ports/store.ts';
import { decodeEvent } from '../../../../protocol/messages/event.ts';
import { CONFIG, DAY, freshMemory, HOUR, MINUTE, TappedStore } from '../rig.ts';

const START = Date.parse('2026-11-20T06:00+01:00');

function provisioned(): TappedStore {
  const store = new TappedStore();
  provision(store, { device: 'DD-0042', epoch: 7, atMs: START, config: CONFIG });
  return store;
}

function dose(date: string, changed: Partial<Dose> = {}): Dose {
  const dueMs = Date.parse(`${date}T08:00+01:00`);
  return {
    key: doseKey('morning', date),
    slot: 'morning',
    date,
    opensMs: dueMs - 30 * MINUTE,
    dueMs,
    closesMs: dueMs + HOUR,
    sachets: 2,
    roll: null,
    fate: 'due',
    moved: 0,
    owed: 0,
    ahead: false,
    changedMs: START,
    ...changed,
  };
}

const intent = (changed: Partial<Intent> = {}): Intent => ({
  id: 1,
  kind: 'release',
  dose: 'morning/2026-11-20',
  ordinal: 0,
  roll: 'A',
  atMs: START,
  fedBefore: 0,
  binnedBefore: 0,
  outcome: 'open',
  ...changed,
});

const set = {
  dose: (value: Dose): Change => ({ set: 'dose', dose: value }),
  intent: (value: Intent): Change => ({ set: 'intent', intent: value }),
};

const record: Unnumbered = { type: 'bin.emptied', at: START / 1000 };

/** Every table, as text. */
function contents(store: TappedStore): string {
  const tables = ['register', 'config', 'dose', 'intent', 'roll', 'alarm', 'log'];
  return JSON.stringify(tables.map((table) => store.rows(`SELECT * FROM ${table}`)));
}

function faultOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LedgerError) return error.fault;
    throw error;
  }
  return expect.fail('the ledger was accepted');
}

describe('provision', () => {
  it('makes an empty store into a ledger that recalls a unit nothing has happened to', () => {
    const ledger = new Ledger(provisioned());
    expect(ledger.identity).toEqual({ device: 'DD-0042', epoch: 7 });
    expect(ledger.recall()).toEqual(freshMemory({}, START));
  });

  it('refuses a second time and leaves the first as it was', () => {
    const store = provisioned();
    const before = contents(store);
    const again = { device: 'DD-0043', epoch: 8, atMs: START + DAY, config: CONFIG };
    expect(faultOf(() => provision(store, again))).toBe('contradiction');
    expect(contents(store)).toBe(before);
  });

  it('writes nothing for a configuration that may not come into force', () => {
    const store = new TappedStore();
    const config = { ...CONFIG, zone: 'Europe/Atlantis' };
    expect(() => provision(store, { device: 'DD-0042', epoch: 7, atMs: START, config })).toThrow(SettingsError);
    expect(store.rows('SELECT name FROM sqlite_master')).toEqual([]);
  });

  it('refuses a ledger of a newer firmware', () => {
    const store = new TappedStore();
    store.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    expect(faultOf(() => provision(store, { device: 'DD-0042', epoch: 7, atMs: START, config: CONFIG }))).toBe('newer');
  });

  it('leaves nothing behind when it is cut off at any write', () => {
    for (let write = 1; ; write += 1) {
      const store = new TappedStore();
      store.failAtWrite = write;
      try {
        provision(store, { device: 'DD-0042', epoch: 7, atMs: START, config: CONFIG });
      } catch (error) {
        expect(error).toBeInstanceOf(StoreError);
        store.failAtWrite = Number.POSITIVE_INFINITY;
        expect(faultOf(() => new Ledger(store))).toBe('empty');
        continue;
      }
      expect(write).toBeGreaterThan(6);
      return;
    }
  });
});

describe('a ledger that cannot be used', () => {
  it('is one from a newer firmware, and stays as it is', () => {
    const store = provisioned();
    store.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    const before = contents(store);
    expect(faultOf(() => new Ledger(store))).toBe('newer');
    expect(contents(store)).toBe(before);
  });

  it('is an empty store, and stays empty', () => {
    const store = new TappedStore();
    expect(faultOf(() => new Ledger(store))).toBe('empty');
    expect(store.rows('SELECT name FROM sqlite_master')).toEqual([]);
    expect(store.rows('PRAGMA user_version')).toEqual([{ user_version: 0 }]);
  });

  it('is one that SQLite finds damaged', () => {
    const store = provisioned();
    store.integrityProblems = () => ['row 3 missing from index dose_opens'];
    expect(faultOf(() => new Ledger(store))).toBe('damaged');
  });

  it.each([
    ['no configuration', 'DELETE FROM config'],
    ['a configuration that is no document', `UPDATE config SET document = '{'`],
    ['a register that is no value', `UPDATE register SET value = 'x' WHERE name = 'scheduleFromMs'`],
    ['a roll that is no list', `INSERT INTO roll VALUES ('A', 'x', 0)`],
  ])('is one with %s', (_, sql) => {
    const store = provisioned();
    store.exec(sql);
    expect(faultOf(() => new Ledger(store).recall())).toBe('contradiction');
  });
});

describe('commit', () => {
  const roll = { id: 'A' as const, sachets: ['unlabelled' as const, null], next: 0 };
  const alarm = { code: 'stock-low' as const, dose: null, raisedMs: START };
  const everything: readonly Change[] = [
    set.dose(dose('2026-11-20', { fate: 'releasing' })),
    set.intent(intent()),
    { set: 'roll', roll },
    { set: 'roll', roll: { ...roll, next: 1 } },
    { set: 'alarm', alarm },
    { set: 'alarm', alarm: { code: 'dose-missed', dose: 'evening/2026-11-19', raisedMs: START } },
    { set: 'noAlarm', alarm },
    { set: 'register', name: 'inBin', value: 3 },
    { set: 'register', name: 'presence', value: { mode: 'away', untilMs: START + DAY } },
  ];

  it('recalls all it was told, after a restart as well', () => {
    const store = provisioned();
    new Ledger(store).commit(everything, [record, record], START + HOUR, { boot: 4 });
    const ledger = new Ledger(store);
    const memory = ledger.recall();
    expect(memory.doses).toEqual(new Map([['morning/2026-11-20', dose('2026-11-20', { fate: 'releasing' })]]));
    expect(memory.intent).toEqual(intent());
    expect(memory.rolls).toEqual(new Map([['A', { ...roll, next: 1 }]]));
    expect([...memory.alarms.keys()]).toEqual(['dose-missed:evening/2026-11-19']);
    expect(memory.registers).toMatchObject({ inBin: 3, presence: { mode: 'away', untilMs: START + DAY } });
    expect(memory.lastSeq).toBe(2);
    expect(ledger.lastSeenWallMs).toBe(START + HOUR);
    expect(ledger.nextBoot()).toBe(5);
  });

  it('keeps all of a decision or nothing, whichever write fails', () => {
    const whole = provisioned();
    new Ledger(whole).commit(everything, [record, record], START + HOUR);
    const probe = provisioned();
    const written = probe.writes;
    new Ledger(probe).commit(everything, [record, record], START + HOUR);
    const writes = probe.writes - written;
    expect(writes).toBeGreaterThanOrEqual(everything.length + 2);
    for (let write = 1; write <= writes; write += 1) {
      const store = provisioned();
      const ledger = new Ledger(store);
      const before = contents(store);
      store.failAtWrite = store.writes + write;
      expect(() => ledger.commit(everything, [record, record], START + HOUR)).toThrow(StoreError);
      expect(contents(store)).toBe(before);
      // What failed leaves no trace in the numbering either: the next commit is as if there had been none.
      store.failAtWrite = Number.POSITIVE_INFINITY;
      ledger.commit(everything, [record, record], START + HOUR);
      expect(contents(store)).toBe(contents(whole));
    }
  });

  it('keeps nothing when the commit itself fails', () => {
    const store = provisioned();
    const ledger = new Ledger(store);
    const before = contents(store);
    store.failure = 'full';
    expect(() => ledger.commit(everything, [record], START)).toThrow(StoreError);
    expect(contents(store)).toBe(before);
    expect(ledger.lastSeq).toBe(0);
  });

  it('numbers records without a gap and returns them as stored', () => {
    const store = provisioned();
    const ledger = new Ledger(store);
    ledger.commit([], [record], START);
    const stored = ledger.commit([], [record, { type: 'door.closed', at: 5, suspect: true }], START);
    expect(stored.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(ledger.unsent(0, 10).map(({ body }) => decodeEvent(body))).toEqual([{ ...record, seq: 1 }, ...stored]);
    expect(new Ledger(store).lastSeq).toBe(3);
  });

  it('hands out alarms apart from history, each from where it is asked', () => {
    const ledger = new Ledger(provisioned());
    const missed: Unnumbered = { type: 'dose.missed', at: 1, slot: 'morning', date: '2026-11-20', reason: 'not-taken' };
    ledger.commit([], [record, missed, record, { type: 'alarm.raised', at: 1, code: 'tamper' }, record], START);
    expect(ledger.unsentAlarms(0, 9).map(({ seq }) => seq)).toEqual([2, 4]);
    expect(ledger.unsentAlarms(2, 9).map(({ seq }) => seq)).toEqual([4]);
    expect(ledger.unsentAlarms(0, 1).map(({ seq }) => seq)).toEqual([2]);
    expect(ledger.unsent(1, 2).map(({ seq }) => seq)).toEqual([2, 3]);
  });
});

describe('the file itself', () => {
  const ended = dose('2026-11-20', { fate: 'taken', moved: 2 });
  const cases: readonly [string, readonly Change[], Change][] = [
    [
      'a second release of the same sachet',
      [set.dose(dose('2026-11-20')), set.intent(intent({ outcome: 'moved' }))],
      set.intent(intent({ id: 2 })),
    ],
    [
      'a second release while nobody knows about the first',
      [set.dose(dose('2026-11-20')), set.intent(intent({ outcome: 'unknown' }))],
      set.intent(intent({ id: 2 })),
    ],
    ['binning a sachet that was given', [set.intent(intent({ outcome: 'moved' }))], set.intent(intent({ id: 2, kind: 'swallow' }))],
    ['two movements at once', [set.intent(intent())], set.intent(intent({ id: 2, dose: null }))],
    ['another outcome for a settled movement', [set.intent(intent({ outcome: 'moved' }))], set.intent(intent({ outcome: 'notMoved' }))],
    ['a movement opened again', [set.intent(intent({ outcome: 'unknown' }))], set.intent(intent())],
    ['a new fate for an ended dose', [set.dose(ended)], set.dose({ ...ended, fate: 'due' })],
    ['one end in place of another', [set.dose({ ...ended, fate: 'missed' })], set.dose(ended)],
    [
      'an uncertain dose that becomes due by itself',
      [set.dose(dose('2026-11-20', { fate: 'uncertain' }))],
      set.dose(dose('2026-11-20', { fate: 'due' })),
    ],
    ['more sachets out than the dose has', [], set.dose(dose('2026-11-20', { moved: 3 }))],
    ['more sachets owed than are left', [], set.dose(dose('2026-11-20', { moved: 1, owed: 2 }))],
  ];

  it.each(cases)('refuses %s', (_, before, breach) => {
    const store = provisioned();
    const ledger = new Ledger(store);
    ledger.commit(before, [], START);
    const kept = contents(store);
    expect(() => ledger.commit([breach], [record], START)).toThrow(expect.objectContaining({ failure: 'constraint' }));
    expect(contents(store)).toBe(kept);
  });

  const allowed: readonly [string, readonly Change[], Change][] = [
    ['a second try of what surely did not move', [set.intent(intent({ outcome: 'notMoved' }))], set.intent(intent({ id: 2 }))],
    ['the next sachet of the same dose', [set.intent(intent({ outcome: 'moved' }))], set.intent(intent({ id: 2, ordinal: 1 }))],
    ['drawing back what was given', [set.intent(intent({ outcome: 'moved' }))], set.intent(intent({ id: 2, kind: 'retract' }))],
    ['a doubt that is resolved', [set.intent(intent({ outcome: 'unknown' }))], set.intent(intent({ outcome: 'moved' }))],
    ['a person who settles a doubt', [set.dose(dose('2026-11-20', { fate: 'uncertain' }))], set.dose(ended)],
    ['owing of an ended dose', [set.dose({ ...ended, moved: 0, owed: 2 })], set.dose({ ...ended, moved: 1, owed: 1 })],
  ];

  it.each(allowed)('lets through %s', (_, before, change) => {
    const ledger = new Ledger(provisioned());
    ledger.commit(before, [], START);
    expect(() => ledger.commit([change], [], START)).not.toThrow();
  });

  it.each([
    ['changing a record', 'UPDATE log SET body = x\'00\' WHERE seq = 1'],
    ['renumbering a record', 'UPDATE log SET seq = 9 WHERE seq = 1'],
    ['changing what a movement was about', `UPDATE intent SET dose = 'evening/2026-11-20'`],
    ['changing which sachet it was about', 'UPDATE intent SET ordinal = 1'],
    ['forgetting a dose without an end', 'DELETE FROM dose'],
    ['an unknown fate', `UPDATE dose SET fate = 'lost'`],
  ])('refuses %s, whoever writes the SQL', (_, sql) => {
    const store = provisioned();
    new Ledger(store).commit([set.dose(dose('2026-11-20')), set.intent(intent())], [record], START);
    expect(() => store.exec(sql)).toThrow(expect.objectContaining({ failure: 'constraint' }));
  });
});

describe('the chain of records', () => {
  function written(count: number): TappedStore {
    const store = provisioned();
    const ledger = new Ledger(store);
    ledger.commit([], Array.from({ length: count }, () => record), START);
    ledger.commit([{ set: 'register', name: 'ackedThrough', value: count - 1 }], [], START);
    store.exec('DROP TRIGGER log_is_history');
    return store;
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
    expect(new Ledger(written(200)).lastSeq).toBe(200);
  });

  it.each([
    ['a changed record', `UPDATE log SET body = (SELECT body FROM log WHERE seq = 199) WHERE seq = 180`],
    ['a changed last record', `UPDATE log SET body = (SELECT body FROM log WHERE seq = 199) WHERE seq = 200`],
    ['a changed hash', `UPDATE log SET hash = (SELECT hash FROM log WHERE seq = 199) WHERE seq = 180`],
    ['a record taken out', 'DELETE FROM log WHERE seq = 180'],
    ['records cut off that the centre has', 'DELETE FROM log WHERE seq > 198'],
    ['all records taken out', 'DELETE FROM log'],
  ])('betrays %s at the next start', (_, sql) => {
    const store = written(200);
    store.exec(sql);
    expect(faultOf(() => new Ledger(store))).toBe('contradiction');
  });

  it('betrays a changed first record', () => {
    const store = written(3);
    store.exec('UPDATE log SET body = (SELECT body FROM log WHERE seq = 2) WHERE seq = 1');
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

  it('keeps a bounded number of acknowledged records', () => {
    const store = provisioned();
    const ledger = new Ledger(store);
    for (let batch = 0; batch < 30; batch += 1) {
      ledger.commit([acked(ledger.lastSeq)], many(256), START);
      expect(rowsOf(store).count).toBeLessThanOrEqual(LOG_KEPT_MAX + 512);
    }
    expect(rowsOf(store).count).toBeGreaterThanOrEqual(LOG_KEPT_MAX);
    expect(new Ledger(store).lastSeq).toBe(7_680);
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
