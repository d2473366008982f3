import { describe, expect, it } from 'vitest';
import { type DeviceEvent, encodeEvent } from '../../../protocol/messages/event.ts';
import { openHandover } from '../../../protocol/messages/handover.ts';
import { openConfig } from '../../../protocol/messages/signed-config.ts';
import { trust } from '../protocol/signing.ts';
import { HEIR, OrdersBench, origin, refusal } from './orders-bench.ts';
import type { ScriptedUnit } from './scripted-unit.ts';
import { batchMessage, birthMessage, nowMs } from './support.ts';

const atS = nowMs / 1000;
const [morning, evening] = [
  { slot: 'morgen', date: '2026-11-21' },
  { slot: 'aften', date: '2026-11-20' },
];
const plan = {
  profile: 'roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '70 12 34 56',
  regimen: {
    slots: [
      { id: 'morgen', at: '08:00', beforeMinutes: 30, afterMinutes: 60, sachets: 2 },
      { id: 'aften', at: '18:00', beforeMinutes: 30, afterMinutes: 60 },
    ],
  },
};

/** A centre that has heard a unit at work, through its ledger. */
function heard(...events: readonly DeviceEvent[]) {
  const bench = new OrdersBench();
  const unit = bench.unit();
  unit.birth();
  bench.set('unit-1', plan);
  if (events.length > 0) bench.centre.receive(batchMessage('unit-1', 7, events));
  const made = () => bench.centre.handover('unit-1').says;
  return { bench, made };
}

describe('a handover of a unit that is silent', () => {
  it('tells what has come to an end, with its window, and the newest word on each dose', () => {
    const { made, bench } = heard(
      { type: 'dose.missed', seq: 4, at: atS, reason: 'not-taken', ...evening },
      { type: 'dose.released', seq: 1, at: atS - 60, roll: 'A', ...morning },
      { type: 'dose.uncertain', seq: 2, at: atS, reason: 'no-evidence', ...evening },
      { type: 'dose.taken', seq: 5, at: atS, ...morning },
      { type: 'presence.changed', seq: 6, at: atS, presence: 'away', until: atS + 3600 },
    );
    const dueAt = Date.parse('2026-11-21T08:00+01:00') / 1000;
    expect(made()).toMatchObject({
      ...{ device: 'unit-1', epoch: 7, source: 'centre', at: atS, lastSeq: 6, presence: 'away', until: atS + 3600 },
      lastDoseAt: atS,
      doses: [
        { ...evening, fate: 'missed' },
        { ...morning, fate: 'taken', opensAt: dueAt - 1800, dueAt, closesAt: dueAt + 3600, sachets: 2 },
      ],
    });
    const { bytes, says } = bench.centre.handover('unit-1');
    expect(says.heir).toEqual(HEIR);
    const { keys, verify } = trust;
    expect(openHandover(bytes, { predecessors: [], centre: keys, verify })).toEqual(says);
  });

  it('is silent on a dose that was let out and of which nobody knows more', () => {
    const { made } = heard(
      { type: 'dose.released', seq: 1, at: atS, roll: 'A', ...morning },
      { type: 'dose.presented', seq: 2, at: atS, ...morning },
    );
    expect(made().doses).toEqual([]);
    expect(made().lastDoseAt).toBe(atS);
  });

  it('is that of the unit at work, not of one that was only set up to follow it, and has what its forerunner did', () => {
    const { bench, made } = heard({ type: 'dose.taken', seq: 1, at: atS, ...morning });
    bench.pass(7_200_000);
    bench.centre.receive(birthMessage('unit-1', { epoch: 8, session: 9 }));
    expect(made()).toMatchObject({ epoch: 7, lastSeq: 1, at: atS });
    bench.centre.receive(batchMessage('unit-1', 8, [{ type: 'unit.tookOver', seq: 1, at: atS, epoch: 7, through: 1 }]));
    expect(made()).toMatchObject({ epoch: 8, lastSeq: 1, doses: [{ ...morning, fate: 'taken' }] });
  });

  it('believes the ledger that began last, whichever word came in last', () => {
    const { bench, made } = heard({ type: 'dose.released', seq: 1, at: atS, roll: 'A', ...morning });
    bench.centre.receive(birthMessage('unit-1', { epoch: 8, session: 9 }));
    bench.centre.receive(
      batchMessage('unit-1', 8, [
        { type: 'unit.tookOver', seq: 1, at: atS, epoch: 7, through: 2 },
        { type: 'dose.settled', seq: 2, at: atS, fate: 'missed', ...morning },
      ]),
    );
    bench.centre.receive(batchMessage('unit-1', 7, [{ type: 'dose.taken', seq: 2, at: atS, ...morning }]));
    expect(made().doses).toMatchObject([{ ...morning, fate: 'missed' }]);
  });

  it('goes by the unit that took the place last, also when the one before was heard after it', () => {
    const bench = new OrdersBench();
    bench.unit();
    bench.centre.receive(birthMessage('unit-1', { epoch: 8, session: 9 }));
    bench.set('unit-1', plan);
    bench.centre.receive(
      batchMessage('unit-1', 8, [
        { type: 'unit.tookOver', seq: 1, at: atS, epoch: 7, through: 2 },
        { type: 'presence.changed', seq: 2, at: atS, presence: 'home' },
        { type: 'dose.settled', seq: 3, at: atS, fate: 'missed', ...morning },
      ]),
    );
    bench.centre.takeIn(
      'unit-1',
      7,
      [
        encodeEvent({ type: 'presence.changed', seq: 1, at: atS - 60, presence: 'paused' }),
        encodeEvent({ type: 'dose.taken', seq: 2, at: atS - 30, ...morning }),
      ],
      true,
    );
    expect(bench.centre.handover('unit-1').says).toMatchObject({
      ...{ epoch: 8, lastSeq: 3, presence: 'home' },
      doses: [{ ...morning, fate: 'missed' }],
    });
  });

  it('tells what a take-out may have given unheard as if it had, and names it', () => {
    const { bench, made } = heard({ type: 'dose.taken', seq: 1, at: atS, ...morning });
    bench.orders.send('unit-1', { type: 'openTakeOut', fields: { doses: 2 }, ...origin });
    const names = () => bench.centre.handover('unit-1').ahead.map(({ slot, date }) => `${slot}/${date}`);
    // One more than was asked for: which one was next when it began, nobody knows.
    expect(names()).toEqual(['aften/2026-11-21', 'morgen/2026-11-22', 'aften/2026-11-22']);
    expect(made().doses).toContainEqual(
      expect.objectContaining({ slot: 'aften', date: '2026-11-22', fate: 'takenOut' }),
    );
    const out = { slot: 'aften', date: '2026-11-21' };
    bench.centre.receive(batchMessage('unit-1', 7, [{ type: 'dose.takenOut', seq: 2, at: atS + 60, ...out }]));
    expect(names()).toEqual(['morgen/2026-11-22']);
    const tomorrow = { slot: 'morgen', date: '2026-11-22' };
    bench.centre.receive(batchMessage('unit-1', 7, [{ type: 'dose.takenOut', seq: 3, at: atS + 90, ...tomorrow }]));
    expect(names()).toEqual([]);
  });

  it('counts from when it was asked for, though it was sent once more since', () => {
    const { bench } = heard({ type: 'dose.taken', seq: 1, at: atS, ...morning });
    const unit = bench.units.get('unit-1') as ScriptedUnit;
    unit.obeys = () => 'silent';
    bench.orders.send('unit-1', {
      ...{ type: 'openTakeOut', fields: { doses: 1 }, expiresAt: atS + 13 * 3600 },
      ...origin,
    });
    const names = () => bench.centre.handover('unit-1').ahead.map(({ slot, date }) => `${slot}/${date}`);
    const atFirst = names();
    expect(atFirst[0]).toBe('aften/2026-11-21');
    bench.pass(11 * 3_600_000);
    bench.centre.receive(birthMessage('unit-1', { session: 12 }));
    expect(names()).toEqual(atFirst);
    unit.obeys = () => ({ status: 'refused', errors: [{ path: 'doses', code: 'paused' }] });
    bench.centre.receive(birthMessage('unit-1', { session: 13 }));
    expect(names()).toEqual([]);
  });

  it('tells nothing of a take-out that was over when the unit was heard', () => {
    const { bench } = heard({ type: 'dose.taken', seq: 1, at: atS, ...morning });
    bench.orders.send('unit-1', { type: 'openTakeOut', fields: { doses: 2 }, ...origin });
    expect(bench.centre.handover('unit-1').ahead).toHaveLength(3);
    bench.pass(2 * 3_600_000);
    bench.centre.receive(batchMessage('unit-1', 7, [{ type: 'door.closed', seq: 2, at: atS + 7200 }]));
    expect(bench.centre.handover('unit-1').ahead).toEqual([]);
  });

  it('counts the least interval from no instant that the unit itself doubted', () => {
    const { made } = heard(
      { type: 'dose.taken', seq: 1, at: atS - 60, ...evening },
      { type: 'dose.taken', seq: 2, at: atS + 86_400, suspect: true, ...morning },
    );
    expect(made().lastDoseAt).toBe(atS - 60);
  });

  it('is there however long the unit was silent', () => {
    const { bench, made } = heard({ type: 'dose.taken', seq: 1, at: atS, ...morning });
    bench.pass(30 * 86_400_000);
    expect(made()).toMatchObject({ lastSeq: 1, doses: [{ ...morning, fate: 'taken' }] });
  });

  it('is refused with the reason when it would be worth nothing', () => {
    const { bench } = heard();
    expect(refusal(() => bench.centre.handover('unit-2')).message).toMatch(/never heard of unit-2/);
    expect(refusal(() => bench.centre.handover('nobody-1')).message).toMatch(/never heard of nobody-1/);
    bench.unit('nobody-1').birth();
    bench.set('nobody-1', plan);
    bench.centre.receive(batchMessage('nobody-1', 7, [{ type: 'dose.taken', seq: 1, at: atS, ...morning }]));
    expect(refusal(() => bench.centre.handover('nobody-1')).message).toMatch(/Nobody is enrolled as nobody-1/);
    const unplanned = new OrdersBench();
    unplanned.unit().birth();
    expect(refusal(() => unplanned.centre.handover('unit-1')).message).toMatch(/no configuration of unit-1/);
  });
});

describe('a document for the cable', () => {
  it('is signed for a unit that has nothing yet, whatever the one of that name has', () => {
    const { bench } = heard();
    const version = bench.orders.readings.config('unit-1').wanted?.version ?? 0;
    const second = bench.set('unit-1', { ...plan, quietMinutes: 10 }).version;
    const opened = (signed: Uint8Array) => openConfig(signed, trust);
    expect(opened(bench.orders.signedConfig('unit-1', second, true)).base).toBeUndefined();
    expect(opened(bench.orders.signedConfig('unit-1', second, false)).base).toBeDefined();
    expect(bench.orders.signedConfig('unit-1', second, true)).toEqual(
      bench.orders.signedConfig('unit-1', second, true),
    );
    bench.pass(86_400_000);
    const fresh = opened(bench.orders.signedConfig('unit-1', second, true));
    expect([fresh.version, fresh.issuedAt]).toEqual([second, Math.floor(bench.nowMs / 1000)]);
    expect(opened(bench.orders.signedConfig('unit-1', version, true)).version).toBe(version);
    expect(refusal(() => bench.orders.signedConfig('unit-1', 5, true)).code).toBe('unknown');
  });
});
