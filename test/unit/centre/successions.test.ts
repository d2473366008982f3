import { describe, expect, it } from 'vitest';
import { type DeviceEvent, encodeEvent } from '../../../protocol/messages/event.ts';
import { AlarmClosings } from '../../../tools/centre/alarm-closings.ts';
import { OrderError } from '../../../tools/centre/orders/order-error.ts';
import { batchMessage, bench, birthMessage, cleared, nowMs, opened, raised, taken } from './support.ts';

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

describe('a unit that was handed over', () => {
  const heard = () => {
    const centre = bench();
    centre.receive(birthMessage('unit-1', { lastSeq: 2 }));
    return { ...centre, said: centre.ingest.receive(batchMessage('unit-1', 7, [opened(1), handedOver(2)]), nowMs) };
  };

  it('is an alarm of the centre from when it says that it was handed over, until the unit in its place names it', () => {
    const { receive, send, alarms, readings, said, ingest } = heard();
    expect(said.alarmsChanged).toBe(true);
    expect(readings.openAlarms()).toMatchObject([
      { id: null, device: 'unit-1', code: 'successor-missing', priority: 'high', receivedAt: nowMs, leftOver: true },
    ]);
    receive(birthMessage('unit-1', { session: 5, epoch: 8, lastSeq: 1 }));
    expect(alarms()).toEqual(['unit-1 successor-missing']);
    send('unit-1', 8, { ...tookOver(2), epoch: 6 } as DeviceEvent);
    expect(alarms()).toEqual(['unit-1 successor-missing']);
    expect(
      ingest.receive(batchMessage('unit-1', 8, [{ ...tookOver(2), seq: 2 } as DeviceEvent]), nowMs).alarmsChanged,
    ).toBe(true);
    expect(alarms()).toEqual([]);
  });

  it('is none when the unit in its place was heard first', () => {
    const centre = bench();
    centre.receive(birthMessage('unit-1', { epoch: 8, lastSeq: 1 }));
    centre.send('unit-1', 8, tookOver(2));
    centre.send('unit-1', 7, opened(1), handedOver(2));
    expect(centre.alarms()).toEqual([]);
  });

  it('is an alarm for each device once, and after a restart of the centre', () => {
    const { receive, send, restart } = heard();
    receive(birthMessage('unit-1', { session: 5, epoch: 8, lastSeq: 2 }));
    send('unit-1', 8, opened(1), handedOver(2));
    send('unit-2', 7, handedOver(1));
    expect(restart().alarms()).toEqual(['unit-1 successor-missing', 'unit-2 successor-missing']);
  });

  it('is closed by a person who says why, and is an alarm anew when the next one is handed over to nobody', () => {
    const centre = heard();
    const closings = new AlarmClosings(centre.database);
    const alarm = { device: 'unit-1', code: 'successor-missing', slot: null, date: null };
    closings.close(alarm, { author: 'operator-7', reason: 'Borgeren er flyttet.' }, nowMs);
    expect(centre.alarms()).toEqual([]);
    centre.receive(birthMessage('unit-1', { session: 5, epoch: 8, lastSeq: 1 }));
    centre.send('unit-1', 8, handedOver(1));
    expect(centre.alarms()).toEqual(['unit-1 successor-missing']);
  });
});

describe('alarms in the log of a unit that was replaced', () => {
  const uncertain = raised(4, 'dose-uncertain', 'noon');

  it('are open once somebody has read it out, unless it tells their end itself', () => {
    const open = swapped({ through: 5 });
    expect(open.takeIn(bytes(uncertain, raised(5, 'mechanism-jam')))).toMatchObject({ alarmsChanged: true });
    expect(open.alarms()).toEqual(['unit-1 dose-uncertain']);
    const over = swapped({ through: 5 });
    over.takeIn(bytes(uncertain, { ...cleared(5, 'dose-uncertain', 'noon') }));
    expect(over.alarms()).toEqual([]);
    const dull = swapped({ through: 5 });
    expect(dull.takeIn(bytes(opened(4), opened(5)))).toMatchObject({ alarmsChanged: false });
  });

  it('are over when the unit in its place has settled the dose, before or after', () => {
    const settled: DeviceEvent = {
      type: 'dose.settled',
      seq: 2,
      at: atS,
      slot: 'noon',
      date: '2026-11-21',
      fate: 'taken',
    };
    const before = swapped({ through: 5 });
    before.send('unit-1', 8, settled);
    before.takeIn(bytes(uncertain, opened(5)));
    expect(before.alarms()).toEqual([]);
    const after = swapped({ through: 5 });
    after.takeIn(bytes(uncertain, opened(5)));
    after.send('unit-1', 8, settled);
    expect(after.alarms()).toEqual([]);
  });
});
