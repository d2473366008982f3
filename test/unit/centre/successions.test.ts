import { describe, expect, it } from 'vitest';
import { type DeviceEvent, encodeEvent } from '../../../protocol/messages/event.ts';
import { OrderError } from '../../../tools/centre/orders/order-error.ts';
import { bench, birthMessage, nowMs, opened, taken } from './support.ts';

const atS = nowMs / 1000;
const handedOver = (seq: number): DeviceEvent => ({ type: 'unit.handedOver', seq, at: atS });
const tookOver = (through: number): DeviceEvent => ({ type: 'unit.tookOver', seq: 1, at: atS, epoch: 7, through });
const bytes = (...events: readonly DeviceEvent[]) => events.map((event) => encodeEvent(event));

/** A centre that has three records of a unit, and one of the unit that has taken its place. */
function swapped({ through }: { readonly through: number }) {
  const centre = bench();
  centre.receive(birthMessage('unit-1', { lastSeq: 3 }));
  centre.send('unit-1', 7, opened(1), taken(2), opened(3));
  centre.receive(birthMessage('unit-1', { session: 5, epoch: 8, lastSeq: 1 }));
  centre.send('unit-1', 8, tookOver(through));
  const takeIn = (records: readonly Uint8Array[], { last = true, epoch = 7 } = {}) =>
    centre.ingest.takeIn({ device: 'unit-1', epoch }, records, { last, nowMs });
  return { ...centre, takeIn, owed: () => centre.ingest.successions.owed() };
}

describe('a unit that was replaced', () => {
  it('owes what it had written down until then, and nothing once somebody has read it out', () => {
    const { takeIn, owed } = swapped({ through: 5 });
    expect(owed()).toMatchObject([{ device: 'unit-1', epoch: 7, records: 2, handedOver: false }]);
    const log = bytes(opened(1), taken(2), opened(3), opened(4), handedOver(5));
    expect(takeIn(log)).toMatchObject({ known: 3, ackedThrough: 5, owed: false, stored: [{ seq: 4 }, { seq: 5 }] });
    expect(owed()).toEqual([]);
    expect(takeIn(log)).toMatchObject({ known: 5, stored: [], owed: false });
  });

  it('owes nothing when it has sent everything itself, before or after', () => {
    const early = bench();
    early.receive(birthMessage('unit-1', { lastSeq: 2 }));
    early.send('unit-1', 7, opened(1), handedOver(2));
    early.receive(birthMessage('unit-1', { session: 5, epoch: 8, lastSeq: 1 }));
    early.send('unit-1', 8, tookOver(2));
    expect(early.ingest.successions.owed()).toEqual([]);
    const late = swapped({ through: 4 });
    late.send('unit-1', 7, handedOver(4));
    expect(late.owed()).toEqual([]);
  });

  it('is no second ledger when it is heard once more after it was handed over', () => {
    const { receive, send, alarms } = swapped({ through: 4 });
    send('unit-1', 7, handedOver(4));
    receive(birthMessage('unit-1', { session: 6, lastSeq: 5, ackedThrough: 4 }));
    expect(alarms()).toEqual([]);
    expect(send('unit-1', 7, opened(5))).toBe(5);
  });

  it('is an alarm when it lives on without that, which ends when it tells after all', () => {
    const { receive, send, alarms, owed } = swapped({ through: 4 });
    receive(birthMessage('unit-1', { session: 6, lastSeq: 4 }));
    expect(alarms()).toEqual(['unit-1 two-ledgers']);
    send('unit-1', 7, handedOver(4));
    expect([alarms(), owed()]).toEqual([[], []]);
  });

  it('is waited for when it was silent, even if nothing is surely missing, until its log is read or given up', () => {
    const silent = swapped({ through: 3 });
    expect(silent.owed()).toMatchObject([{ records: 0, handedOver: false }]);
    expect(silent.takeIn(bytes(opened(4)), { last: false })).toMatchObject({ owed: true });
    expect(silent.takeIn(bytes(opened(5)))).toMatchObject({ owed: false, ackedThrough: 5 });
    const lost = swapped({ through: 5 });
    lost.ingest.giveUp('unit-1', 7, nowMs);
    expect(lost.owed()).toEqual([]);
    expect(lost.readings.devices()).toMatchObject([{ lost: 2 }]);
    expect(() => lost.ingest.giveUp('unit-1', 7, nowMs)).toThrow(OrderError);
  });

  it('is still waited for when the log ends too early, and after a restart of the centre', () => {
    const { takeIn, restart } = swapped({ through: 6 });
    expect(takeIn(bytes(opened(4)))).toMatchObject({ owed: true });
    expect(restart().ingest.successions.owed()).toMatchObject([{ records: 2 }]);
  });

  it('leaves no record behind of a log that is not its own', () => {
    const { takeIn, seqs } = swapped({ through: 5 });
    const before = seqs('unit-1');
    expect(() => takeIn(bytes(opened(4), opened(2)))).toThrow(/number 2 .* not that of unit-1 with ledger 7/);
    expect(seqs('unit-1')).toEqual(before);
    expect(() => takeIn(bytes(opened(4)), { epoch: 8 })).toThrow(/works with ledger 8 itself/);
    expect(() => takeIn(bytes(opened(4)), { epoch: 9 })).toThrow(/never heard with ledger 9/);
  });

  it('may never have been heard here, and owes all of its records then', () => {
    const centre = bench();
    centre.receive(birthMessage('unit-1', { epoch: 8, lastSeq: 1 }));
    centre.send('unit-1', 8, tookOver(2));
    expect(centre.ingest.successions.owed()).toMatchObject([{ epoch: 7, records: 2 }]);
    const log = bytes(opened(1), handedOver(2));
    expect(centre.ingest.takeIn({ device: 'unit-1', epoch: 7 }, log, { last: true, nowMs })).toMatchObject({
      owed: false,
    });
    expect(centre.alarms()).toEqual([]);
  });
});
