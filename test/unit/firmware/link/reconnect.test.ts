import { beforeEach, describe, expect, it } from 'vitest';
import type { LinkEffect } from '../../../../firmware/link/link.ts';
import { MINUTE, SECOND } from '../rig.ts';
import { allSeqs, Bench, GRANT, SOON, stateIn } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('reconnecting', () => {
  /** @param reached whether the broker answers, and hangs up at once */
  function waits(luck: number, times: number, reached = false): number[] {
    const tried = new Bench();
    tried.luck = luck;
    return Array.from({ length: times }, () => {
      tried.pump();
      if (reached) tried.reach();
      tried.lose();
      const ms = tried.link.untilNextDeadline(tried.stamp) ?? Number.NaN;
      expect(tried.wait(ms - 1)).toEqual([]);
      tried.monoMs += 1;
      return ms;
    });
  }

  const inSeconds = (list: readonly number[]) => list.map((ms) => Math.round(ms / SECOND));

  it('waits up to half a minute, all but a second of it drawn by lot, while the broker is away', () => {
    expect(inSeconds(waits(0.999_999, 9))).toEqual([8, 16, 30, 30, 30, 30, 30, 30, 30]);
    expect(inSeconds(waits(0, 9))).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('waits up to two minutes, half of it drawn by lot, when the broker was there and hung up', () => {
    expect(inSeconds(waits(0.999_999, 7, true))).toEqual([8, 16, 32, 64, 120, 120, 120]);
    expect(inSeconds(waits(0, 7, true))).toEqual([4, 8, 16, 32, 60, 60, 60]);
  });

  it('is back within half a minute of a broker that was there all too shortly and then stayed away', () => {
    bench.luck = 0.999_999;
    for (let times = 0; times < 8; times += 1) {
      bench.pump();
      if (times < 6) bench.reach();
      bench.lose();
      bench.monoMs += bench.link.untilNextDeadline(bench.stamp) as number;
    }
    bench.pump();
    bench.lose();
    expect(bench.link.untilNextDeadline(bench.stamp)).toBeLessThanOrEqual(30 * SECOND);
  });

  /** Six brokers that hang up, then a connection. */
  function connectLate(): LinkEffect[] {
    for (let times = 0; times < 6; times += 1) {
      bench.connect();
      bench.lose();
      bench.monoMs += 120 * SECOND;
    }
    return bench.connect();
  }

  it('begins with short waits again after a connection that lasted a minute', () => {
    bench.taken(...connectLate());
    bench.wait(MINUTE);
    bench.lose();
    expect(bench.link.untilNextDeadline(bench.stamp)).toBeLessThanOrEqual(SOON);
  });

  it('begins with short waits again after ten seconds in which the centre has stored something', () => {
    bench.records.add(2);
    connectLate();
    bench.acknowledge(1);
    bench.wait(10 * SECOND);
    bench.lose();
    expect(bench.link.untilNextDeadline(bench.stamp)).toBeLessThanOrEqual(SOON);
  });

  it.each([
    ['that ended within a minute', MINUTE - 1, () => undefined],
    ['that ended within ten seconds, whatever the centre stored', 10 * SECOND - 1, () => bench.acknowledge(9)],
    ['over which the centre only repeated itself', 0, () => bench.acknowledge(5)],
  ])('goes on with long waits after a connection %s', (_, lastedMs, during) => {
    bench.records.add(9);
    bench.acked = 5;
    bench.taken(...connectLate());
    during();
    bench.pump();
    bench.monoMs += lastedMs;
    bench.lose();
    expect(bench.link.untilNextDeadline(bench.stamp)).toBeGreaterThan(30 * SECOND);
  });

  it('calls on a broker that welcomes and hangs up at most once in a minute or two, after a while', () => {
    bench.luck = 0;
    bench.records.add(1);
    for (let times = 0; times < 70; times += 1) {
      bench.pump();
      expect(allSeqs(bench.reach())).toEqual([1]);
      bench.lose();
      bench.monoMs += bench.link.untilNextDeadline(bench.stamp) ?? Number.NaN;
    }
    expect(bench.monoMs).toBeGreaterThan(60 * MINUTE);
  });

  it('does not start a wait anew for an end that is told twice', () => {
    bench.connect();
    bench.lose();
    const waitMs = bench.link.untilNextDeadline(bench.stamp) ?? Number.NaN;
    bench.monoMs += waitMs - 1;
    bench.lose();
    expect(bench.wait(1).map(({ type }) => type)).toEqual(['mqtt.connect']);
  });
});

describe('a broker that takes nothing', () => {
  it('is left after half a minute without an answer, and not before', () => {
    bench.connect();
    expect(bench.link.untilNextDeadline(bench.stamp)).toBe(30 * SECOND);
    expect(bench.wait(30 * SECOND - 1)).toEqual([]);
    expect(bench.wait(1)).toEqual([{ type: 'mqtt.disconnect' }]);
    expect(bench.wait(SOON).map(({ type }) => type)).toEqual(['mqtt.connect']);
  });

  it('costs no record: the next connection sends everything again', () => {
    bench.records.add(2_000);
    const sent = allSeqs(bench.connect(4));
    bench.wait(30 * SECOND);
    bench.wait(SOON);
    const [birth, ...events] = bench.reach(4);
    expect(stateIn(birth)).toMatchObject({ online: true, firstSeq: 1, lastSeq: 2_000 });
    expect(allSeqs(events)).toEqual(sent);
  });

  it('is called on ever more rarely, though it welcomes every time', () => {
    bench.luck = 0;
    const waits = Array.from({ length: 9 }, () => {
      bench.connect();
      bench.wait(30 * SECOND);
      const waitMs = bench.link.untilNextDeadline(bench.stamp) ?? Number.NaN;
      bench.monoMs += waitMs;
      return waitMs / SECOND;
    });
    expect(waits).toEqual([4, 8, 16, 32, 60, 60, 60, 60, 60]);
  });

  it('is told to the machine at once, and only once', () => {
    bench.connect();
    bench.wait(30 * SECOND);
    expect(bench.told).toEqual([{ type: 'link.down' }]);
    expect(bench.lose()).toEqual([]);
    bench.wait(SOON);
    expect(bench.told).toEqual([{ type: 'link.down' }]);
    const again = { type: 'mqtt.connected', grant: GRANT } as const;
    expect(bench.link.handle(again, bench.stamp)).toEqual([{ type: 'link.up' }]);
  });

  it('is borne while it takes one message at a time, however slowly', () => {
    bench.records.add(2_000);
    const waiting = bench.connect(4);
    for (let times = 0; times < 20; times += 1) {
      bench.monoMs += 29 * SECOND;
      waiting.push(...bench.taken(...waiting.splice(0, 1)));
    }
    expect(waiting).toHaveLength(4);
    expect(bench.sent.filter(({ type }) => type === 'mqtt.disconnect')).toEqual([]);
  });

  it('is not held against the next one by an answer that comes late', () => {
    const late = bench.connect();
    bench.wait(30 * SECOND);
    bench.wait(SOON);
    bench.reach();
    bench.monoMs += 30 * SECOND;
    expect(bench.taken(...late)).toEqual([{ type: 'mqtt.disconnect' }]);
  });
});
