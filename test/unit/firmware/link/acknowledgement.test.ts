import { beforeEach, describe, expect, it } from 'vitest';
import { isProtocolError } from '../../../../protocol/errors.ts';
import { encodeAck } from '../../../../protocol/messages/ack.ts';
import { MINUTE, SECOND } from '../rig.ts';
import { allSeqs, Bench, from, SOON, stateIn } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('silence of the centre', () => {
  function drained(count: number): void {
    bench.records.add(count);
    let sent = bench.connect();
    while (sent.length > 0) sent = bench.taken(...sent);
  }

  it('makes the link send everything unacknowledged again, after half a minute and not before', () => {
    drained(100);
    bench.acknowledge(40);
    bench.pump();
    expect(bench.wait(30 * SECOND - 1)).toEqual([]);
    expect(allSeqs(bench.wait(1))).toEqual(from(41, 100));
  });

  it('is borne ever longer, up to five minutes', () => {
    drained(1);
    const gaps: number[] = [];
    let sinceMs = bench.monoMs;
    for (let times = 0; times < 7; times += 1) {
      bench.monoMs += bench.link.untilNextDeadline(bench.stamp) ?? Number.NaN;
      const sent = bench.pump();
      expect(allSeqs(sent)).toEqual([1]);
      bench.taken(...sent);
      gaps.push((bench.monoMs - sinceMs) / SECOND);
      sinceMs = bench.monoMs;
    }
    expect(gaps).toEqual([30, 60, 120, 240, 300, 300, 300]);
  });

  it('counts from the last progress, and from half a minute again', () => {
    drained(100);
    for (let times = 0; times < 3; times += 1) bench.taken(...bench.wait(5 * MINUTE));
    bench.acknowledge(60);
    bench.pump();
    expect(bench.wait(30 * SECOND - 1)).toEqual([]);
    expect(allSeqs(bench.wait(1))).toEqual(from(61, 100));
  });

  it('ends when all is acknowledged: nothing is sent and nothing waited for', () => {
    drained(100);
    bench.acknowledge(100);
    bench.pump();
    expect(bench.link.untilNextDeadline(bench.stamp)).toBeNull();
    expect(bench.wait(60 * MINUTE)).toEqual([]);
    bench.records.add(1);
    expect(allSeqs(bench.pump())).toEqual([101]);
  });

  it('is no reason to forget: a new connection sends the unacknowledged at once', () => {
    drained(100);
    bench.acknowledge(40);
    bench.pump();
    bench.lose();
    bench.wait(SOON);
    const [birth, ...events] = bench.reach();
    expect(stateIn(birth)).toMatchObject({ firstSeq: 1, lastSeq: 100, ackedThrough: 40 });
    expect(allSeqs(events)).toEqual(from(41, 100));
  });
});

describe('a centre that has less than it had', () => {
  /** A unit whose records up to `acked` were acknowledged in another life of the centre. */
  function born(count: number, acked: number): void {
    bench.records.add(count);
    bench.acked = acked;
    let sent = bench.connect();
    while (sent.length > 0) sent = bench.taken(...sent);
    bench.sent.length = 0;
  }

  it('is sent again what follows its acknowledgement, from the log, at once', () => {
    born(200, 190);
    bench.acknowledge(20);
    expect(allSeqs(bench.pump())).toEqual(from(21, 200));
  });

  it('does not move the cursor of the ledger back', () => {
    born(200, 190);
    bench.acknowledge(20);
    bench.acknowledge(84);
    expect(bench.acked).toBe(190);
  });

  it('is sent each record once while it catches up', () => {
    born(200, 190);
    bench.acknowledge(20);
    bench.taken(...bench.pump());
    for (const through of [84, 148, 200]) {
      bench.acknowledge(through);
      expect(bench.pump()).toEqual([]);
    }
    expect(allSeqs(bench.sent)).toEqual(from(21, 200));
    expect(bench.link.untilNextDeadline(bench.stamp)).toBeNull();
  });

  it('is sent what the log still has, and told at the next birth where that begins', () => {
    born(200, 190);
    bench.records.firstSeq = 101;
    bench.acknowledge(20);
    expect(allSeqs(bench.taken(...bench.pump()))).toEqual([]);
    expect(allSeqs(bench.sent)).toEqual(from(101, 200));
    bench.lose();
    bench.wait(SOON);
    expect(stateIn(bench.reach()[0])).toMatchObject({ firstSeq: 101, lastSeq: 200, ackedThrough: 190 });
  });

  it('is called back to at once only the first time in a connection, then after a silence', () => {
    born(200, 190);
    bench.acknowledge(180);
    bench.taken(...bench.pump());
    bench.acknowledge(200);
    bench.pump();
    for (let times = 0; times < 50; times += 1) {
      bench.acknowledge(150);
      expect(bench.pump()).toEqual([]);
      bench.acknowledge(200);
      expect(bench.pump()).toEqual([]);
    }
    bench.acknowledge(150);
    bench.pump();
    expect(bench.wait(30 * SECOND - 1)).toEqual([]);
    expect(allSeqs(bench.wait(1))).toEqual(from(151, 200));
  });

  it('is sent again at once over a new connection', () => {
    born(200, 190);
    bench.acknowledge(180);
    bench.taken(...bench.pump());
    bench.lose();
    bench.wait(SOON);
    bench.taken(...bench.reach());
    bench.acknowledge(100);
    expect(allSeqs(bench.pump())).toEqual(from(101, 200));
  });
});

describe('an acknowledgement', () => {
  beforeEach(() => {
    bench.records.add(10);
    bench.connect();
  });

  it('moves the cursor', () => {
    expect(bench.acknowledge(10)).toEqual([{ type: 'link.acknowledged', epoch: 7, through: 10 }]);
  });

  it.each([
    ['of another ledger', 5, 6],
    ['of records not yet written', 11, 7],
  ])('%s says nothing', (_, through, epoch) => {
    expect(bench.acknowledge(through, epoch)).toEqual([]);
    expect(bench.link.strayAcks).toBe(1);
  });

  it.each([
    ['an earlier connection, which the broker has kept', (session: number) => ({ session: session - 1 })],
    ['nobody in particular', () => ({})],
  ])('for %s says nothing and is counted', (_, meant) => {
    expect(bench.hear(encodeAck({ epoch: 7, ackedThrough: 5, ...meant(bench.session) }))).toEqual([]);
    expect([bench.acked, bench.link.strayAcks]).toEqual([0, 1]);
  });

  it('that comes late, to the next connection, lets the unit forget nothing', () => {
    const { session } = bench;
    bench.lose();
    bench.luck = 0.7;
    bench.wait(SOON);
    bench.reach();
    bench.hear(encodeAck({ epoch: 7, ackedThrough: 10, session }));
    expect([bench.acked, bench.session === session]).toEqual([0, false]);
    expect(bench.acknowledge(10)).toHaveLength(1);
  });

  it('on another topic says nothing', () => {
    expect(bench.hear(encodeAck({ epoch: 7, ackedThrough: 10 }), 'd/DD-0043/down/ack')).toEqual([]);
  });

  it.each([
    ['nothing', Uint8Array.of()],
    ['half of one', encodeAck({ epoch: 7, ackedThrough: 10 }).slice(0, -1)],
    ['something else', Uint8Array.of(0xff, 0x00, 0x13)],
  ])('made of %s is refused', (_, payload) => {
    const refused = expect.toSatisfy((error) => isProtocolError(error));
    expect(() => bench.hear(payload)).toThrow(refused);
    expect(bench.acked).toBe(0);
  });
});
