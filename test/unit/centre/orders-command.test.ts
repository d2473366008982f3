import { describe, expect, it } from 'vitest';
import type { Command } from '../../../protocol/messages/command.ts';
import { openCommand } from '../../../protocol/messages/signed-command.ts';
import { OPEN_MAX } from '../../../tools/centre/orders/command-orders.ts';
import { sha256, trust } from '../protocol/signing.ts';
import { OrdersBench, other, wholeDocument } from './orders-bench.ts';
import type { ScriptedUnit } from './scripted-unit.ts';
import { batchMessage } from './support.ts';

const opened = ({ commands }: ScriptedUnit): Command[] =>
  commands.map((bytes) => openCommand(bytes, trust, sha256).command);

describe('a command', () => {
  it('is signed with what the centre knows of the unit, sent at once, and done', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const { version } = bench.set('unit-1');
    bench.command('unit-1', 'openTakeOut', { doses: 6 });
    bench.command('unit-1', 'update', { image: 'ab'.repeat(32), imageBytes: 10, firmware: '0.2.0' });
    bench.command('unit-1', 'restart');
    expect(opened(unit).map(({ expected }) => expected)).toEqual([
      { epoch: 7, configVersion: version },
      { epoch: 7, firmware: '0.1.0' },
      { epoch: 7 },
    ]);
    expect(bench.orders.readings.commands('unit-1').map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  });

  it('says what was taken to be so because the unit never said it', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    expect(bench.command('unit-1', 'pause').assumed).toEqual(['presence']);
    expect(bench.command('unit-1', 'silence', { minutes: 5 }).assumed).toEqual([]);
    bench.centre.receive(batchMessage('unit-1', 7, [{ type: 'presence.changed', seq: 1, at: 5, presence: 'paused' }]));
    unit.presence = 'paused';
    const { assumed, command } = bench.command('unit-1', 'resume');
    expect([assumed, command.state]).toEqual([[], 'done']);
    expect(opened(unit).at(-1)?.expected).toEqual({ epoch: 7, presence: 'paused' });
  });

  it('is not made for a unit that nobody has heard: its state cannot be expected', () => {
    const bench = new OrdersBench();
    expect(() => bench.command('unit-9', 'restart')).toThrow(/^The centre knows nothing of unit-9, .*\.$/);
  });

  it.each([
    ['an unknown type', 'explode', {}, /^type must be one of openTakeOut, /],
    ['a number out of range', 'silence', { minutes: 0 }, /^minutes must be a whole number from 1 to 120, not 0\.$/],
    ['doses of a unit that has no plan', 'openTakeOut', { doses: 1 }, /^unit-1 has no configuration yet, .*first\.$/],
    ['a field it does not have', 'restart', { now: true }, /now/],
    ['a citizen number', 'message', { text: 'Ring til 010203-1234' }, /^text must be .*without a citizen number/],
    ['a hash that is none', 'update', { image: 'xyz', imageBytes: 1, firmware: '1' }, /^image must be a SHA-256/],
  ])('with %s is refused, and nothing is kept', (_case, type, fields, sentence) => {
    const bench = new OrdersBench();
    bench.unit().birth();
    expect(() => bench.command('unit-1', type, fields)).toThrow(sentence);
    expect(bench.orders.readings.commands('unit-1')).toEqual([]);
  });

  it('cannot be told to be another one than the centre makes it', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    bench.command('unit-1', 'restart', { id: 1, device: 'unit-2', issuedAt: 5, expected: { epoch: 99 } });
    expect(opened(unit)[0]).toMatchObject({ device: 'unit-1', expected: { epoch: 7 } });
  });

  it('extends a window that closes as the unit has it, once', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const extend = { slot: 'morgen', date: '2026-11-22', minutes: 45 };
    expect(() => bench.command('unit-1', 'extendWindow', extend)).toThrow(/no configuration yet/);
    bench.set('unit-1');
    bench.command('unit-1', 'extendWindow', extend);
    // 08:00 and an hour in Copenhagen in winter.
    expect(opened(unit)[0]).toMatchObject({
      closesAt: Date.UTC(2026, 10, 22, 8) / 1000,
      expiresAt: Date.UTC(2026, 10, 22, 8) / 1000,
    });
    expect(() => bench.command('unit-1', 'extendWindow', extend)).toThrow(/extended already/);
    expect(() => bench.command('unit-1', 'extendWindow', { ...extend, slot: 'nat' })).toThrow(/it has morgen\.$/);
    expect(() => bench.command('unit-1', 'extendWindow', { ...extend, date: '2026-13-01' })).toThrow(/is no date/);
    expect(() => bench.command('unit-1', 'extendWindow', { ...extend, date: '2026-11-20' })).toThrow(/closed already/);
    bench.set('unit-1', {
      ...wholeDocument,
      regimen: { slots: [{ ...wholeDocument.regimen.slots[0], days: ['mon'] }] },
    });
    expect(() => bench.command('unit-1', 'extendWindow', { ...extend, date: '2026-11-24' })).toThrow(/taken on mon\.$/);
  });

  it('extends no window of a configuration that this centre does not know', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.inForce = { version: 3, hash: new Uint8Array(32) };
    unit.birth();
    const extend = { slot: 'morgen', date: '2026-11-22', minutes: 45 };
    expect(() => bench.command('unit-1', 'extendWindow', extend)).toThrow(/has no copy of the configuration/);
  });

  it('waits for a unit that is away, and is not sent when its time is over', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    bench.pass(60_000);
    const early = bench.command('unit-1', 'silence', { minutes: 5 });
    const late = bench.command('unit-1', 'pause');
    expect(bench.sent('command')).toBe(0);
    bench.pass(3_600_000);
    unit.birth();
    expect(opened(unit).map(({ id }) => id)).toEqual([late.command.id]);
    expect(bench.orders.readings.command('unit-1', early.command.id)?.state).toBe('expired');
    expect(bench.orders.readings.command('unit-1', late.command.id)?.state).toBe('done');
  });

  it('is answered late as well: what the unit has done is known in the end', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    bench.delivers = false;
    const { command } = bench.command('unit-1', 'silence', { minutes: 5 });
    bench.pass(3_600_000);
    expect(bench.orders.readings.command('unit-1', command.id)?.state).toBe('expired');
    bench.delivers = true;
    const [sent] = bench.mqtt.published.filter(({ message }) => message.topic.endsWith('down/command'));
    if (sent !== undefined) unit.hear(sent.message);
    expect(bench.orders.readings.command('unit-1', command.id)).toMatchObject({
      state: 'done',
      answers: [{ status: 'done' }],
    });
  });

  it('that is accepted is asked for again at the next connection, and given up when nothing more comes', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    unit.obeys = () => ({ status: 'accepted' });
    const first = bench.command('unit-1', 'selfTest').command.id;
    const second = bench.command('unit-1', 'restart').command.id;
    const state = (id: number) => bench.orders.readings.command('unit-1', id)?.state;
    expect([state(first), state(second)]).toEqual(['accepted', 'accepted']);
    unit.obeys = ({ id }) => (id === first ? { status: 'done', faulty: ['lamp'] } : 'silent');
    unit.birth(false);
    expect(state(first)).toBe('accepted');
    unit.birth();
    expect([state(first), state(second)]).toEqual(['done', 'accepted']);
    bench.pass(2 * 86_400_000);
    expect([state(first), state(second)]).toEqual(['done', 'unanswered']);
  });

  it('is answered once, whatever else is said of it', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const { command } = bench.command('unit-1', 'message', { text: 'Husk at drikke', buttons: ['Ja', 'Nej'] });
    const [sent] = unit.commands;
    // The same again is answered from what the unit keeps.
    if (sent !== undefined) unit.hear({ topic: 'd/unit-1/down/command', payload: sent });
    unit.obeys = () => ({ status: 'done' });
    const reading = bench.orders.readings.command('unit-1', command.id);
    expect([reading?.state, reading?.answers.length, bench.centre.readings.refusals()]).toEqual(['done', 1, []]);
  });

  it('that is contradicted, unknown or another’s is kept as a refused message', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    const stranger = bench.unit('unit-2');
    unit.birth();
    stranger.birth();
    const { command } = bench.command('unit-1', 'restart');
    const [sent = new Uint8Array()] = unit.commands;
    // The other unit answers what was never asked of it.
    stranger.hear({ topic: 'd/unit-2/down/command', payload: sent });
    expect(bench.centre.readings.refusals()[0]?.reason).toContain(`It answers command ${command.id} with refused`);
    expect(bench.orders.readings.command('unit-1', command.id)?.state).toBe('done');
  });

  it('is refused by a unit in another state, and the operator sees why', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    unit.presence = 'away';
    const { command } = bench.command('unit-1', 'pause');
    expect(bench.orders.readings.command('unit-1', command.id)).toMatchObject({
      state: 'refused',
      answers: [{ status: 'refused', errors: [{ path: 'expected.presence', code: 'state-mismatch' }] }],
    });
  });

  it('follows the configuration that the unit took a moment ago', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    bench.set('unit-1');
    bench.set('unit-1', other);
    expect(bench.command('unit-1', 'openTakeOut', { doses: 1 }).command.state).toBe('done');
  });
});

describe('the numbers of commands', () => {
  it('rise for each unit, and never return in a copy that was put back', () => {
    const bench = new OrdersBench();
    bench.pass(60_000);
    const unit = bench.unit();
    unit.birth();
    bench.command('unit-1', 'restart');
    const copy = bench.copy();
    const lost = Array.from({ length: 5 }, () => bench.command('unit-1', 'restart').command.id);
    const restored = bench.putBack(copy);
    unit.birth();
    const { command } = restored.command('unit-1', 'silence', { minutes: 5 });
    expect(new Set(lost).size).toBe(5);
    expect(command.id).toBeGreaterThan(Math.max(...lost));
    expect(restored.orders.readings.command('unit-1', command.id)?.state).toBe('done');
  });

  it('are bounded: more than a person keeps in mind do not wait for one unit', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    unit.obeys = () => 'silent';
    for (let asked = 0; asked < OPEN_MAX; asked += 1) {
      bench.pass(1000);
      bench.command('unit-1', 'restart');
    }
    expect(() => bench.command('unit-1', 'restart')).toThrow(/wait for unit-1 already/);
  });
});
