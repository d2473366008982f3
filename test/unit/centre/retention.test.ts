import { describe, expect, it } from 'vitest';
import type { DeviceEvent } from '../../../protocol/messages/event.ts';
import { AlarmClosings } from '../../../tools/centre/alarm-closings.ts';
import { KEEP_DAYS, Retention, STEP_EVENTS } from '../../../tools/centre/retention.ts';
import { batchMessage, bench, birthMessage, cleared, FailingStore, nowMs, opened, raised, taken } from './support.ts';

const dayMs = 86_400_000;

function keeping(store?: FailingStore) {
  const centre = bench(store);
  const retention = new Retention(centre.store);
  return {
    ...centre,
    retention,
    /** Sends a batch `days` before the day on which `prune` looks back. */
    sent: (days: number, ...events: DeviceEvent[]) =>
      centre.ingest.receive(batchMessage('unit-1', 7, events), nowMs - days * dayMs).acknowledgement?.ackedThrough,
    /** Walks through everything once. @returns the numbers that are left */
    prune: (now = nowMs) => {
      let removed = -1;
      for (let before = -2; before !== removed; ) {
        before = removed;
        removed = Math.max(removed, 0) + retention.step(now);
      }
      return centre.seqs('unit-1');
    },
  };
}

describe('retention', () => {
  it(`removes events that are older than ${KEEP_DAYS} days, and no younger ones`, () => {
    const { sent, prune } = keeping();
    sent(KEEP_DAYS + 1, opened(1), taken(2));
    sent(KEEP_DAYS, opened(3));
    sent(1, opened(4));
    expect(prune()).toEqual([3, 4]);
  });

  it('keeps the event of an open alarm however old it is', () => {
    const { sent, prune, readings } = keeping();
    sent(KEEP_DAYS + 500, raised(1, 'bin-full'), opened(2));
    expect(prune()).toEqual([1]);
    expect(readings.openAlarms()).toMatchObject([{ code: 'bin-full' }]);
  });

  it('keeps an old alarm whole for as long as its end is young, then removes both', () => {
    const { sent, prune, readings, store } = keeping();
    sent(KEEP_DAYS + 500, raised(1, 'bin-full'));
    sent(10, cleared(2, 'bin-full'));
    expect(prune()).toEqual([1, 2]);
    expect(prune(nowMs + KEEP_DAYS * dayMs)).toEqual([]);
    expect(readings.openAlarms()).toEqual([]);
    expect(store.prepare('SELECT count(*) AS n FROM alarm').get()).toEqual({ n: 0 });
  });

  it('removes the open alarms of a ledger that has ended, once they are old', () => {
    const { sent, prune, receive, store } = keeping();
    sent(KEEP_DAYS + 1, raised(1, 'bin-full'));
    sent(1, raised(2, 'tamper'));
    expect(prune()).toEqual([1, 2]);
    receive(birthMessage('unit-1', { epoch: 8 }));
    expect(prune(nowMs + 3_600_000)).toEqual([2]);
    expect(store.prepare('SELECT count(*) AS n FROM alarm').get()).toEqual({ n: 1 });
  });

  it('keeps the alarm of a dose although its ledger has ended, until a person has closed it and that is old as well', () => {
    const { sent, prune, receive, database, alarms, store } = keeping();
    sent(KEEP_DAYS + 1, raised(1, 'dose-missed', 'noon'));
    receive(birthMessage('unit-1', { epoch: 8 }));
    expect(prune()).toEqual([1]);
    const alarm = { device: 'unit-1', code: 'dose-missed', slot: 'noon', date: '2026-11-21' };
    new AlarmClosings(database).close(alarm, { author: 'operator-7', reason: 'Talt med datteren.' }, nowMs);
    expect([alarms(), prune(nowMs + 2 * 3_600_000)]).toEqual([[], [1]]);
    expect(prune(nowMs + (KEEP_DAYS + 1) * dayMs)).toEqual([]);
    sent(-1, opened(2));
    prune(nowMs + (2 * KEEP_DAYS + 2) * dayMs);
    expect(store.prepare('SELECT count(*) AS n FROM alarm_closing').get()).toEqual({ n: 0 });
  });

  it('does not forget that a unit was handed over to nobody', () => {
    const { sent, prune, alarms } = keeping();
    sent(KEEP_DAYS + 1, { type: 'unit.handedOver', seq: 1, at: 1 });
    expect(prune()).toEqual([]);
    expect(alarms()).toEqual(['unit-1 successor-missing']);
  });

  it('keeps an old end for as long as the alarm that arrived after it', () => {
    const { sent, prune } = keeping();
    sent(KEEP_DAYS + 1, opened(1), cleared(3, 'bin-full'));
    sent(KEEP_DAYS, raised(2, 'bin-full'));
    expect(prune()).toEqual([3, 2]);
    expect(prune(nowMs + dayMs)).toEqual([]);
  });

  it('keeps what stands above a gap, because it is not acknowledged yet', () => {
    const { sent, prune, restart } = keeping();
    expect(sent(KEEP_DAYS + 2, opened(1), opened(3))).toBe(1);
    expect(prune()).toEqual([3]);
    expect(restart().send('unit-1', 7, opened(2))).toBe(3);
  });

  it('keeps what could not be read', () => {
    const { ingest, prune, readings } = keeping();
    ingest.receive(batchMessage('unit-1', 7, [Uint8Array.of(0xff)]), nowMs - 900 * dayMs);
    prune();
    expect(readings.unreadable()).toHaveLength(1);
  });

  it('takes a removed event that comes again for stored: it is acknowledged and opens no alarm anew', () => {
    const { sent, prune, send, readings } = keeping();
    sent(KEEP_DAYS + 1, raised(1, 'bin-full'), cleared(2, 'bin-full'), opened(3));
    expect(prune()).toEqual([]);
    expect(send('unit-1', 7, raised(1, 'bin-full'))).toBe(3);
    expect(readings.openAlarms()).toEqual([]);
    expect(readings.refusals()).toEqual([]);
    expect(send('unit-1', 7, opened(4))).toBe(4);
  });

  it('goes in steps, and rests for an hour when nothing old is left', () => {
    const { sent, retention } = keeping();
    for (let seq = 1; seq <= STEP_EVENTS + 100; seq += 50)
      sent(KEEP_DAYS + 1, ...Array.from({ length: 50 }, (_, at) => opened(seq + at)));
    expect(retention.step(nowMs)).toBe(STEP_EVENTS);
    expect(retention.step(nowMs)).toBe(100);
    expect(retention.step(nowMs)).toBe(0);
    sent(KEEP_DAYS + 1, opened(STEP_EVENTS + 101));
    expect(retention.step(nowMs + 3_599_999)).toBe(0);
    expect(retention.step(nowMs + 3_600_000)).toBe(1);
  });

  it('takes a step again whose commit has failed', () => {
    const store = new FailingStore();
    const { sent, retention, seqs } = keeping(store);
    sent(KEEP_DAYS + 1, opened(1));
    store.failure = 'full';
    expect(() => retention.step(nowMs)).toThrow('the medium failed');
    expect(seqs('unit-1')).toEqual([1]);
    store.failure = undefined;
    expect(retention.step(nowMs)).toBe(1);
  });
});
