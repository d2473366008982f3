import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../../../firmware/ledger/schema.ts';
import { keyPairOf } from '../../../../hal/crypto/ed25519.ts';
import { fault } from '../../../../protocol/smp/commands/fault.ts';
import { filling } from '../../../../protocol/smp/commands/filling.ts';
import { fs } from '../../../../protocol/smp/commands/fs.ts';
import { os } from '../../../../protocol/smp/commands/os.ts';
import { session } from '../../../../protocol/smp/commands/session.ts';
import { stat } from '../../../../protocol/smp/commands/stat.ts';
import { issuedAt } from '../../protocol/smp-session-samples.ts';
import { HOUR, labels, Rig, SECOND } from '../rig.ts';
import { CabledUnit } from './cabled-unit.ts';

/** A reader opens, is ended by close, by time and by whoever comes; copies three files; and tries with a wrong key. */
const RECORDS_PER_HOUR_MAX = 10;
const SETTLED = 'settle T-17 morning/2026-11-20 taken';
const TODAY = '2026-11-20';
const thief = keyPairOf(new Uint8Array(32));
const reader = { id: 'R-1', role: 'reader' as const, notBefore: issuedAt - 30 * 86_400 };
const technician = { notBefore: issuedAt - 30 * 86_400 };

/** A technician has told of a dose what became of it. */
function settledUnit(): CabledUnit {
  const unit = new CabledUnit(new Rig({ rolls: { A: labels(TODAY, 7) } }));
  unit.pass(Date.parse(`${TODAY}T08:00+01:00`) - unit.rig.wallMs);
  unit.rig.outcomes.push({ gate: 'blocked' });
  unit.rig.press();
  unit.pass(SECOND);
  expect(unit.laptop.open(technician).ok).toBe(true);
  unit.laptop.granted(fault.settle, { slot: 'morning', date: TODAY, fate: 'taken' });
  unit.laptop.granted(session.close, {});
  expect(unit.acts).toContain(SETTLED);
  return unit;
}

const acts: readonly ((unit: CabledUnit) => unknown)[] = [
  ...['/log', '/journal', '/trace', '/ledger', '/nothing'].map(
    (name) =>
      ({ laptop }: CabledUnit) =>
        laptop.ask(fs.download, { name, off: 0 }),
  ),
  ({ laptop }) => laptop.ask(fs.hash, { name: '/log', type: 'sha256' }),
  ({ laptop }) => laptop.ask(fs.close, {}),
  ({ laptop }) => laptop.ask(os.reset, { force: 1 }),
  ({ laptop }) => laptop.ask(fault.repaired, {}),
  ({ laptop }) => laptop.ask(fault.settle, { slot: 'morning', date: TODAY, fate: 'missed' }),
  ({ laptop }) => laptop.ask(filling.binEmptied, {}),
  ({ laptop }) => laptop.ask(stat.list, {}),
  ({ laptop }) => laptop.ask(session.who, {}),
  ({ laptop }) => laptop.hello(),
];

/** One session, opened after a try that goes wrong, and ended in one of several ways. */
function flood(unit: CabledUnit, round: number, actsPerSession: number): void {
  unit.laptop.open(reader, { key: thief });
  unit.pass(SECOND);
  expect(unit.laptop.open(reader).ok).toBe(true);
  for (let index = 0; index < actsPerSession; index += 1) acts[(index + round) % acts.length]?.(unit);
  if (round % 3 === 0) unit.laptop.ask(session.close, {});
  if (round % 3 === 1) unit.laptop.server.unplugged(unit.laptop.stamp);
}

describe('whoever may only look', () => {
  it('floods neither ledger nor journal nor flash with ten thousand acts in a hundred sessions', () => {
    const unit = settledUnit();
    const before = { told: unit.told.length, written: unit.written };
    for (let round = 0; round < 100; round += 1) flood(unit, round, 100);
    expect(unit.told.length - before.told).toBeLessThanOrEqual(RECORDS_PER_HOUR_MAX);
    expect(unit.acts).toContain(SETTLED);
    expect(unit.acts).toContain('session-opened R-1');
    const opened = unit.journal.find(({ act, pass }) => act === 'session-opened' && pass === 'R-1');
    expect(opened?.times).toBeGreaterThanOrEqual(64);
    expect(unit.written - before.written).toBeLessThanOrEqual(10 * RECORDS_PER_HOUR_MAX);
  });

  it('comes into the records once an hour, over a day and over restarts, and crowds out nothing that was changed', () => {
    const unit = settledUnit();
    const before = unit.told.length;
    for (let round = 0; round < 96; round += 1) {
      flood(unit, round, acts.length);
      unit.restart();
      unit.pass(HOUR / 4);
    }
    expect(unit.told.length - before).toBeLessThanOrEqual(25 * RECORDS_PER_HOUR_MAX);
    expect(unit.told.filter(({ act, pass }) => act === 'session-opened' && pass === 'R-1').length).toBeGreaterThan(20);
    expect(unit.acts).toContain(SETTLED);
  });
});

describe('what is refused', () => {
  it('is told once an hour, as refused and with the reason, and crowds out nothing that was changed', () => {
    const unit = settledUnit();
    unit.laptop.open(technician);
    const before = unit.told.length;
    for (let index = 0; index < 500; index += 1) {
      const sachets = Array.from({ length: 1 + (index % 3) }, () => true as const);
      expect(unit.laptop.ask(filling.load, { roll: 'A', sachets }).ok).toBe(false);
    }
    expect(unit.told.slice(before)).toEqual([
      { type: 'service.refused', act: 'load', pass: 'T-17', code: 'door-shut' },
    ]);
    expect(unit.journal.at(-1)).toMatchObject({ act: 'load', detail: 'A 1', end: 'refused', code: 'door-shut' });
    expect(unit.acts).toContain(SETTLED);
  });
});

describe('an act during which the power goes', () => {
  it('is in the journal as cut off, and told once the unit runs again', () => {
    const unit = settledUnit();
    unit.laptop.open(technician);
    unit.laptop.unit.ask = () => {
      throw 'power cut';
    };
    expect(() => unit.laptop.ask(fault.repaired, {})).toThrow('power cut');
    expect(unit.acts.at(-1)).toBe('repaired begun T-17');
    expect(unit.told.at(-1)).not.toMatchObject({ act: 'repaired' });
    unit.restart();
    expect(unit.acts.at(-1)).toBe('repaired cut-off T-17');
    const cut = { type: 'service.done', act: 'repaired', pass: 'T-17', cutOff: true };
    expect(unit.told.at(-1)).toEqual(cut);
    unit.restart();
    expect(unit.told.filter(({ cutOff }) => cutOff === true)).toEqual([cut]);
  });

  it('waits to be told until there is a ledger to tell it by', () => {
    const unit = settledUnit();
    unit.laptop.open(technician);
    unit.laptop.unit.ask = () => {
      throw 'power cut';
    };
    expect(() => unit.laptop.ask(fault.repaired, {})).toThrow('power cut');
    unit.rig.store.exec('PRAGMA user_version = 9999');
    unit.restart();
    expect([unit.rig.host.state.phase, unit.acts.at(-1)]).toEqual(['lockedDown', 'repaired begun T-17']);
    unit.rig.store.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    unit.restart();
    expect(unit.told.at(-1)).toMatchObject({ act: 'repaired', cutOff: true });
  });

  it('does not keep the unit from starting when the journal cannot be read', () => {
    const unit = settledUnit();
    unit.vault.failing.add('read');
    unit.restart();
    expect(unit.rig.logged.at(-1)).toBe('warning What was begun over the cable is not known: the medium is gone');
    expect(unit.rig.host.state.memory).not.toBeNull();
  });
});
