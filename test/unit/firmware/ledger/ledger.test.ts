import { describe, expect, it } from 'vitest';
import type { Change } from '../../../../firmware/domain/memory.ts';
import { SettingsError } from '../../../../firmware/domain/settings.ts';
import { Ledger } from '../../../../firmware/ledger/ledger.ts';
import { provision } from '../../../../firmware/ledger/provision.ts';
import type { Unnumbered } from '../../../../firmware/ledger/record-log.ts';
import { MIGRATIONS } from '../../../../firmware/ledger/schema.ts';
import { StoreError } from '../../../../hal/ports/store.ts';
import { decodeEvent } from '../../../../protocol/messages/event.ts';
import { CONFIG, DAY, freshMemory, HOUR } from '../rig.ts';
import { TappedStore } from '../tapped-store.ts';
import { contents, dose, faultOf, intent, provisioned, record, START, set } from './samples.ts';

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
    ['a configuration that is no document', `DELETE FROM config; INSERT INTO config VALUES (1, x'a0', x'00', 0)`],
    ['a register that is no value', `UPDATE register SET value = 'x' WHERE name = 'scheduleFromMs'`],
    ['a register with another value', `UPDATE register SET value = value + 1 WHERE name = 'scheduleFromMs'`],
    ['a register under another name', `UPDATE register SET name = 'scheduleFromMr' WHERE name = 'scheduleFromMs'`],
    ['a register too few', `DELETE FROM register WHERE name = 'presence'`],
    ['a safety rule too few', 'DROP TRIGGER dose_ends_once'],
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
    expect(ledger.log.lastSeq).toBe(0);
  });

  it('numbers records without a gap and returns them as stored', () => {
    const store = provisioned();
    const ledger = new Ledger(store);
    ledger.commit([], [record], START);
    const stored = ledger.commit([], [record, { type: 'door.closed', at: 5, suspect: true }], START);
    expect(stored.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(ledger.log.unsent(0, 10).map(({ body }) => decodeEvent(body))).toEqual([{ ...record, seq: 1 }, ...stored]);
    expect(new Ledger(store).log.lastSeq).toBe(3);
  });

  it('hands out alarms apart from history, each from where it is asked', () => {
    const ledger = new Ledger(provisioned());
    const missed: Unnumbered = { type: 'dose.missed', at: 1, slot: 'morning', date: '2026-11-20', reason: 'not-taken' };
    ledger.commit([], [record, missed, record, { type: 'alarm.raised', at: 1, code: 'tamper' }, record], START);
    expect(ledger.log.unsentAlarms(0, 9).map(({ seq }) => seq)).toEqual([2, 4]);
    expect(ledger.log.unsentAlarms(2, 9).map(({ seq }) => seq)).toEqual([4]);
    expect(ledger.log.unsentAlarms(0, 1).map(({ seq }) => seq)).toEqual([2]);
    expect(ledger.log.unsent(1, 2).map(({ seq }) => seq)).toEqual([2, 3]);
  });
});
