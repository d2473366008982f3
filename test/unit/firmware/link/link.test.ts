import { beforeEach, describe, expect, it } from 'vitest';
import type { LinkEffect } from '../../../../firmware/link/link.ts';
import { batchEventsMax } from '../../../../protocol/limits.ts';
import { decodeBatch } from '../../../../protocol/messages/batch.ts';
import { SECOND } from '../rig.ts';
import { ACK_TOPIC, ALARM, allSeqs, Bench, from, GRANT, SOON, seqs, stateIn, UP } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('a link that connects', () => {
  it('asks for the connection at once, with its death as the will', () => {
    const [connect, ...rest] = bench.pump();
    expect(rest).toEqual([]);
    expect(connect).toMatchObject({
      type: 'mqtt.connect',
      session: {
        will: { topic: `${UP}/state` },
        subscriptions: [ACK_TOPIC, 'd/DD-0042/down/config', 'd/DD-0042/down/command'],
      },
    });
    expect(stateIn(connect)).toMatchObject({ online: false });
  });

  it('publishes nothing before the broker has answered', () => {
    bench.records.add(3);
    expect(bench.pump().map(({ type }) => type)).toEqual(['mqtt.connect']);
    expect(bench.wait(SECOND)).toEqual([]);
  });

  it('announces its birth before any event, with what the log still has and what of it is acknowledged', () => {
    bench.records.add(9);
    bench.acked = 4;
    const [connect] = bench.pump();
    const [birth, events] = bench.reach();
    expect(stateIn(birth)).toEqual({
      online: true,
      session: (stateIn(connect) as { session: number }).session,
      epoch: 7,
      boot: 3,
      firmware: '0.1.0',
      configVersion: 4,
      firstSeq: 1,
      lastSeq: 9,
      ackedThrough: 4,
    });
    expect(seqs(events as LinkEffect)).toEqual(from(5, 9));
  });

  it('announces its birth once for each connection, each with a session of its own', () => {
    bench.luck = 0.25;
    const [first] = bench.connect();
    expect(bench.wait(SECOND)).toEqual([]);
    bench.lose();
    bench.luck = 0.75;
    bench.wait(SOON);
    const [second] = bench.reach();
    const sessions = [first, second].map((birth) => (stateIn(birth) as { session: number }).session);
    expect(new Set(sessions).size).toBe(2);
  });

  it('tells the machine that the line is there, and that it is lost, once each', () => {
    bench.pump();
    expect(bench.link.handle({ type: 'mqtt.connected', grant: GRANT }, bench.stamp)).toEqual([{ type: 'link.up' }]);
    expect(bench.lose()).toEqual([{ type: 'link.down' }]);
    expect(bench.lose()).toEqual([]);
  });

  it('gives up on a broker that does not answer, and tries again', () => {
    bench.pump();
    expect(bench.wait(30 * SECOND - 1)).toEqual([]);
    expect(bench.wait(1)).toEqual([{ type: 'mqtt.disconnect' }]);
    expect(bench.wait(SOON).map(({ type }) => type)).toEqual(['mqtt.connect']);
  });
});

describe('a unit with nothing to send', () => {
  it('says every so often that it is there, as it did when it was born', () => {
    bench = new Bench(20 * SECOND);
    bench.luck = 0;
    bench.taken(...bench.connect());
    const silenceMs = 20 * SECOND - 1;
    expect(bench.wait(silenceMs - 1)).toEqual([]);
    const alive = bench.wait(1);
    expect(alive.map(stateIn)).toEqual([expect.objectContaining({ online: true, firstSeq: 1, lastSeq: 0 })]);
    expect(bench.wait(silenceMs)).toEqual([]);
    const again = bench.taken(...alive);
    expect(again.map(stateIn)).toEqual([expect.objectContaining({ online: true })]);
    bench.taken(...again);
    expect(bench.link.untilNextDeadline(bench.stamp)).toBe(silenceMs);
  });

  it('does so at its own pace for each connection, never more rarely than it was told', () => {
    const pauses = from(0, 99).map((lot) => {
      bench = new Bench(8 * SECOND);
      bench.luck = lot / 100;
      bench.taken(...bench.connect());
      return bench.link.untilNextDeadline(bench.stamp) as number;
    });
    expect([Math.max(...pauses) <= 8 * SECOND, Math.min(...pauses) > 6 * SECOND]).toEqual([true, true]);
    // Of a hundred units hardly two keep step.
    expect(new Set(pauses.map((ms) => Math.round(ms / 20))).size).toBeGreaterThan(40);
  });

  it('says so while nothing of it is on its way, and never instead of an event', () => {
    bench = new Bench(20 * SECOND);
    const [birth] = bench.connect();
    bench.records.add(1);
    const sent = bench.wait(20 * SECOND);
    expect(allSeqs(sent)).toEqual([1]);
    expect(sent.map(stateIn)).toEqual([undefined]);
    expect(bench.taken(...(birth === undefined ? [] : [birth]))).toEqual([]);
  });
});

describe('the window', () => {
  it.each([
    [1, 1],
    [4, 4],
    [20, 10],
    [65_535, 10],
  ])('of a broker that grants %i holds %i messages', (granted, window) => {
    bench.records.add(2_000);
    expect(bench.connect(granted)).toHaveLength(window);
    expect(bench.wait(SECOND)).toEqual([]);
  });

  it('moves on by as many as the broker has taken', () => {
    bench.records.add(2_000);
    const sent = bench.connect(4);
    expect(bench.taken(...sent.slice(0, 3))).toHaveLength(3);
    expect(bench.taken()).toEqual([]);
  });

  it('is one of bytes too: no packet is larger than the broker takes', () => {
    bench.records.add(200);
    const sent = bench.connect(20, 400);
    for (let times = 0; times < 100; times += 1) sent.push(...bench.taken(...sent.slice(-20)));
    expect(allSeqs(sent)).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
    const sizes = sent.map((effect) => (effect.type === 'mqtt.publish' ? effect.message.payload.length : 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(400 - 64);
    expect(Math.max(...sizes)).toBeGreaterThan(150);
  });

  it('is not exceeded when everything is sent again', () => {
    bench.records.add(2_000);
    let last = bench.connect(4).at(-1) as LinkEffect;
    for (let times = 0; times < 20; times += 1) {
      bench.monoMs += 20 * SECOND;
      const more = bench.taken(last);
      expect(more).toHaveLength(1);
      last = more[0] as LinkEffect;
    }
    expect(allSeqs(bench.sent).filter((seq) => seq === 1).length).toBeGreaterThan(1);
  });
});

describe('the order of records', () => {
  it('is that of the ledger, each once, in batches of at most 64', () => {
    bench.records.add(500);
    const sent = bench.connect();
    expect(allSeqs(sent)).toEqual(from(1, 500));
    expect(Math.max(...sent.map((effect) => seqs(effect).length))).toBe(batchEventsMax);
  });

  it('carries the bytes as they stand in the ledger', () => {
    bench.records.add(2);
    const [, events] = bench.connect();
    if (events?.type !== 'mqtt.publish') return expect.fail('no events were sent');
    expect(decodeBatch(events.message.payload)).toEqual({ epoch: 7, events: bench.records.bodies });
  });

  it('lets alarms overtake a backlog of 5,000', () => {
    bench.records.add(4_900);
    bench.records.add(3, ALARM);
    bench.records.add(97);
    const [birth, first, second] = bench.connect(3);
    expect(stateIn(birth)).toMatchObject({ online: true, firstSeq: 1, lastSeq: 5_000 });
    expect(seqs(first as LinkEffect)).toEqual([4_901, 4_902, 4_903]);
    expect(seqs(second as LinkEffect)).toEqual(from(1, 64));
  });

  it('lets an alarm overtake that comes while the backlog drains', () => {
    bench.records.add(5_000);
    let sent = bench.connect(4);
    for (let times = 0; times < 5; times += 1) sent = bench.taken(...sent);
    bench.records.add(1, ALARM);
    const [next] = bench.taken(...sent);
    expect(seqs(next as LinkEffect)).toEqual([5_001]);
  });

  it('sends more alarms than one batch holds before history', () => {
    bench.records.add(1_000);
    bench.records.add(100, ALARM);
    const [, first, second, third] = bench.connect();
    expect(allSeqs([first, second] as LinkEffect[])).toEqual(from(1_001, 1_100));
    expect(seqs(third as LinkEffect)[0]).toBe(1);
  });

  it('still drains everything, whatever overtook', () => {
    bench.records.add(300);
    bench.records.add(5, ALARM);
    bench.records.add(300);
    bench.records.add(1, ALARM);
    let sent = bench.connect();
    const seen = new Set(allSeqs(sent));
    while (sent.length > 0) {
      sent = bench.taken(...sent);
      for (const seq of allSeqs(sent)) seen.add(seq);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual(from(1, 606));
  });
});
