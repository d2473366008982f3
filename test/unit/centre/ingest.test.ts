import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../protocol/cbor.ts';
import { eventLimits } from '../../../protocol/limits.ts';
import { decodeBatch } from '../../../protocol/messages/batch.ts';
import { encodeEvent } from '../../../protocol/messages/event.ts';
import { decodeState } from '../../../protocol/messages/state.ts';
import { batchMessage, bench, birthMessage, deathMessage, FailingStore, nowMs, opened, taken } from './support.ts';

describe('ingest of events', () => {
  it('stores a batch and acknowledges it through its last number', () => {
    const { send, seqs, readings } = bench();
    expect(send('unit-1', 7, opened(1), taken(2), opened(3))).toBe(3);
    expect(seqs('unit-1')).toEqual([1, 2, 3]);
    expect(readings.eventsAfter('unit-1', 0)[1]).toEqual({
      id: 2,
      device: 'unit-1',
      epoch: 7,
      seq: 2,
      receivedAt: nowMs,
      event: taken(2),
    });
  });

  it('acknowledges nothing above a gap until the gap is filled', () => {
    const { send } = bench();
    expect(send('unit-1', 7, opened(5))).toBe(0);
    expect(send('unit-1', 7, opened(1), opened(2))).toBe(2);
    expect(send('unit-1', 7, opened(4))).toBe(2);
    expect(send('unit-1', 7, opened(3))).toBe(5);
  });

  it('stores a duplicate once, acknowledges it again, and does not report it as new', () => {
    const { send, seqs, receive } = bench();
    expect(send('unit-1', 7, opened(1), opened(2))).toBe(2);
    const again = receive(batchMessage('unit-1', 7, [opened(2), opened(1)]));
    expect(again.acknowledgement).toEqual({ epoch: 7, ackedThrough: 2 });
    expect(again.stored).toEqual([]);
    expect(seqs('unit-1')).toEqual([1, 2]);
  });

  it('stores each event once and acknowledges all of them, in whatever order, portions and repetitions they come', () => {
    const total = 16;
    const portions = fc.array(fc.array(fc.integer({ min: 1, max: total }), { minLength: 1, maxLength: 20 }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(portions, fc.boolean(), (wanted, restarts) => {
        let centre = bench();
        for (const portion of wanted) {
          if (restarts) centre = centre.restart();
          const through = centre.send('unit-1', 7, ...portion.map(opened)) as number;
          const stored = new Set(centre.seqs('unit-1'));
          for (let seq = 1; seq <= through; seq += 1) expect(stored).toContain(seq);
          expect(stored).not.toContain(through + 1);
        }
        const rest = Array.from({ length: total }, (_, at) => opened(at + 1));
        expect(centre.send('unit-1', 7, ...rest)).toBe(total);
        expect(centre.seqs('unit-1').sort((a, b) => a - b)).toEqual(rest.map(({ seq }) => seq));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps devices, and the epochs of one device, apart', () => {
    const { send, seqs } = bench();
    expect(send('unit-1', 7, opened(1), opened(2))).toBe(2);
    expect(send('unit-2', 7, opened(2))).toBe(0);
    expect(send('unit-1', 8, opened(1))).toBe(1);
    expect(send('unit-2', 7, opened(1))).toBe(2);
    expect(seqs('unit-1')).toEqual([1, 2, 1]);
    expect(seqs('unit-2')).toEqual([2, 1]);
  });

  it('remembers after a restart what it has stored, below and above a gap', () => {
    const before = bench();
    before.send('unit-1', 7, opened(1), opened(2), opened(5), opened(6));
    const after = before.restart();
    expect(after.send('unit-1', 7, opened(4))).toBe(2);
    expect(after.send('unit-1', 7, opened(3))).toBe(6);
  });

  it('does not count as stored what a failed commit has undone', () => {
    const store = new FailingStore();
    const { send, receive, seqs } = bench(store);
    expect(send('unit-1', 7, opened(1))).toBe(1);
    store.failure = 'full';
    expect(() => receive(batchMessage('unit-1', 7, [opened(2), opened(3)]))).toThrow('the medium failed');
    store.failure = undefined;
    expect(send('unit-1', 7, opened(4))).toBe(1);
    expect(seqs('unit-1')).toEqual([1, 4]);
  });
});

function isMessage(payload: Uint8Array, channel: 'event' | 'state'): boolean {
  try {
    if (channel === 'event') decodeBatch(payload);
    else decodeState(payload);
    return true;
  } catch {
    return false;
  }
}

describe('ingest of what it cannot read', () => {
  it('keeps an event of a newer unit as it is, and acknowledges it', () => {
    const { send, database, readings } = bench();
    const newer = encode(
      new Map<number, number | string>([
        [0, 999],
        [1, 1],
        [2, 1_800_000_000],
        [9, 'new'],
      ]),
      eventLimits,
    );
    expect(send('unit-1', 7, newer)).toBe(1);
    expect(readings.eventsAfter('unit-1', 0)[0]).toMatchObject({ seq: 1, event: null });
    expect(Uint8Array.from(database.eventBytes(database.stream('unit-1', 7), 1) ?? [])).toEqual(newer);
  });

  it('refuses a number that the device has used for something else, keeps both, and acknowledges neither', () => {
    const { send, receive, readings } = bench();
    send('unit-1', 7, opened(1));
    const outcome = receive(batchMessage('unit-1', 7, [taken(1)]));
    expect(outcome).toMatchObject({ stored: [], alarmsChanged: true, refusals: [expect.stringContaining('number 1')] });
    expect(outcome.acknowledgement).toBeUndefined();
    expect(readings.refusals()[0]?.reason).toContain('number 1');
    expect(readings.refusals()[0]?.bytes).toBe(Buffer.from(encodeEvent(taken(1))).toString('hex'));
    expect(readings.eventsAfter('unit-1', 0)[0]?.event).toEqual(opened(1));
  });

  it.each([
    ['another topic', 'd/unit-1/up/other'],
    ['a device id that is none', 'd/a+b/up/event'],
    ['a topic outside the house', 'weather'],
    ['a topic that only the centre writes', 'd/unit-1/down/ack'],
    ['an endless topic', `d/${'x'.repeat(60_000)}/up/event`],
  ])('refuses %s without an answer', (_case, topic) => {
    const { receive, readings } = bench();
    const outcome = receive({ topic, payload: batchMessage('unit-1', 7, [opened(1)]).payload });
    expect(outcome).toEqual({ stored: [], alarmsChanged: false, refusals: [expect.any(String)] });
    expect(readings.devices()).toEqual([]);
    expect(readings.refusals()[0]?.topic.length).toBeLessThanOrEqual(200);
  });

  it('never throws, never acknowledges what it has not kept, and goes on working, whatever bytes come', () => {
    const centre = bench();
    const kept = centre.store.prepare(`SELECT count(*) AS n FROM (
      SELECT stream, seq FROM event UNION SELECT stream, seq FROM unreadable WHERE seq IS NOT NULL) AS numbered
      JOIN stream ON stream.id = numbered.stream WHERE device = 'unit-9' AND epoch = ? AND seq <= ?`);
    const good = batchMessage('unit-1', 7, [opened(1), taken(2)]).payload;
    const mangled = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
        .map(([at, flip]) => good.map((byte, i) => (i === at ? byte ^ flip : byte))),
      fc.nat(good.length - 1).map((length) => good.slice(0, length)),
    );
    fc.assert(
      fc.property(mangled, fc.constantFrom('event', 'state'), (payload, channel) => {
        const { acknowledgement, refusals } = centre.receive({ topic: `d/unit-9/up/${channel}`, payload });
        if (!isMessage(payload, channel)) expect([acknowledgement, refusals.length]).toEqual([undefined, 1]);
        const { epoch = 0, ackedThrough = 0 } = acknowledgement ?? {};
        if (channel === 'event') expect(kept.get(epoch, ackedThrough)).toEqual({ n: ackedThrough });
      }),
      { numRuns: 500 },
    );
    expect(centre.send('unit-1', 7, opened(1))).toBe(1);
  });

  it('keeps a bounded number of refused messages, the latest ones', () => {
    const { receive, store } = bench();
    for (let n = 0; n < 1100; n += 1) receive({ topic: 'x', payload: Uint8Array.of(n >> 8, n & 255) });
    expect(store.prepare('SELECT count(*) AS n, min(id) AS oldest FROM refused').get()).toEqual({
      n: 1000,
      oldest: 101,
    });
  });
});

describe('ingest of births and deaths', () => {
  it('shows what the latest birth said', () => {
    const { receive, readings } = bench();
    receive(birthMessage('unit-1', { boot: 3, firmware: '2.0.1', configVersion: 12, fault: 'mechanism-jam' }));
    receive(birthMessage('unit-1', { boot: 4, firmware: '2.0.2', configVersion: 12 }));
    expect(readings.devices()).toMatchObject([
      { id: 'unit-1', boot: 4, firmware: '2.0.2', configVersion: 12, fault: null },
    ]);
  });

  it('counts a death only when it belongs to the latest birth', () => {
    const { receive, database } = bench();
    receive(birthMessage('unit-1', { session: 41 }));
    receive(birthMessage('unit-1', { session: 42 }));
    expect(receive(deathMessage('unit-1', 41)).contact).toBeUndefined();
    expect(receive(deathMessage('unit-1', 42)).contact).toBe('gone');
    expect(database.contacts()).toMatchObject([{ device: 'unit-1', gone: true }]);
    receive(birthMessage('unit-1', { session: 43 }));
    expect(database.contacts()).toMatchObject([{ device: 'unit-1', gone: false }]);
  });

  it('takes no notice of the death of a device that it does not know', () => {
    const { receive, readings } = bench();
    expect(receive(deathMessage('unit-1', 1)).contact).toBeUndefined();
    expect(readings.devices()).toEqual([]);
  });

  it.each([
    ['no more than the device knows: the rest it must show first', { firstSeq: 1, ackedThrough: 1 }, 1],
    ['all below what it still has, when it does not say what it knows', { firstSeq: 3 }, 2],
    ['no more than is stored', { firstSeq: 1, ackedThrough: 5 }, 3],
  ])('answers a birth with %s', (_case, told, through) => {
    const { send, receive } = bench();
    send('unit-1', 7, opened(1), opened(2), opened(3));
    const { acknowledgement } = receive(birthMessage('unit-1', { lastSeq: 6, ...told }));
    expect(acknowledgement).toEqual({ epoch: 7, ackedThrough: through, session: 1 });
  });

  it('goes on in the same session where it was, whatever an idle device repeats', () => {
    const { send, receive } = bench();
    receive(birthMessage('unit-1', { lastSeq: 2 }));
    send('unit-1', 7, opened(1), opened(2));
    const { acknowledgement } = receive(birthMessage('unit-1', { lastSeq: 2 }));
    expect(acknowledgement).toEqual({ epoch: 7, ackedThrough: 2, session: 1 });
  });

  it('tells every acknowledgement to the connection that was born last, and to none before the first birth', () => {
    const { receive } = bench();
    const storing = (seq: number) => receive(batchMessage('unit-1', 7, [opened(seq)])).acknowledgement;
    expect(storing(1)).toEqual({ epoch: 7, ackedThrough: 1 });
    receive(birthMessage('unit-1', { session: 5, lastSeq: 2, ackedThrough: 1 }));
    expect(storing(2)).toEqual({ epoch: 7, ackedThrough: 2, session: 5 });
    receive(birthMessage('unit-1', { session: 9, lastSeq: 3, ackedThrough: 2 }));
    receive(deathMessage('unit-1', 5));
    expect(storing(3)).toEqual({ epoch: 7, ackedThrough: 3, session: 9 });
  });

  it('notes as lost what an emptied database can never get again, and goes on from what the device still holds', () => {
    const { send, receive, readings, restart } = bench();
    expect(send('unit-1', 7, opened(503))).toBe(0);
    const { acknowledgement } = receive(birthMessage('unit-1', { firstSeq: 501, lastSeq: 503, ackedThrough: 502 }));
    expect(acknowledgement?.ackedThrough).toBe(500);
    expect(readings.devices()).toMatchObject([{ lost: 500, ackedThrough: 500 }]);
    expect(restart().send('unit-1', 7, opened(501), opened(502))).toBe(503);
  });

  it('does not take a birth at its word that contradicts itself', () => {
    const { receive } = bench();
    const { acknowledgement } = receive(birthMessage('unit-1', { firstSeq: 4_000_000_000, lastSeq: 0 }));
    expect(acknowledgement?.ackedThrough).toBe(0);
  });
});
