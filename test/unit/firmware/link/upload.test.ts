import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LinkEffect } from '../../../../firmware/link/link.ts';
import { decodeLogPart, type LogPart } from '../../../../protocol/messages/log-part.ts';
import { logPartBytesMax } from '../../../../protocol/messages/signed-limits.ts';
import { SECOND } from '../rig.ts';
import { ALARM, allSeqs, Bench, stateIn, UP } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

const file = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 255);
const sourceOf = (bytes: Uint8Array) => ({
  bytes: bytes.length,
  read: (offset: number, length: number) => bytes.slice(offset, offset + length),
});

function partsIn(effects: readonly LinkEffect[]): LogPart[] {
  return effects.flatMap((effect) =>
    effect.type === 'mqtt.publish' && effect.message.topic === `${UP}/log`
      ? [decodeLogPart(effect.message.payload)]
      : [],
  );
}

/** Takes every message until nothing more comes. */
function drain(first: readonly LinkEffect[]): LogPart[] {
  const parts: LogPart[] = [];
  for (let effects = first; effects.length > 0; effects = bench.taken(...effects)) parts.push(...partsIn(effects));
  return parts;
}

function joined(parts: readonly LogPart[]): Uint8Array {
  const whole = new Uint8Array(parts[0]?.bytes ?? 0);
  for (const { offset, data } of parts) whole.set(data, offset);
  return whole;
}

describe('a log on its way up', () => {
  it('comes in parts that name the command, their place, the size and the hash of the whole', () => {
    const bytes = file(3 * logPartBytesMax + 5);
    bench.link.upload(12, () => sourceOf(bytes));
    const parts = drain(bench.connect());
    expect(parts.map(({ offset, data }) => [offset, data.length])).toEqual([
      [0, logPartBytesMax],
      [logPartBytesMax, logPartBytesMax],
      [2 * logPartBytesMax, logPartBytesMax],
      [3 * logPartBytesMax, 5],
    ]);
    expect(joined(parts)).toEqual(bytes);
    const hash = new Uint8Array(createHash('sha256').update(bytes).digest());
    for (const part of parts) expect(part).toMatchObject({ command: 12, bytes: bytes.length, hash });
    expect(bench.told).toEqual([{ type: 'log.ended', id: 12, bytes: bytes.length }]);
  });

  it('has one part under way at a time, and the rest of the window stays free', () => {
    bench.link.upload(12, () => sourceOf(file(10 * logPartBytesMax)));
    const sent = bench.connect();
    expect(partsIn(sent)).toHaveLength(1);
    expect(partsIn(bench.pump())).toEqual([]);
    bench.records.add(1, ALARM);
    expect(allSeqs(bench.pump())).toEqual([1]);
  });

  it('goes on when the broker has taken its own part, and not when it has taken something else', () => {
    bench.link.upload(12, () => sourceOf(file(2 * logPartBytesMax)));
    const sent = bench.connect();
    const [part] = partsIn(sent);
    bench.records.add(1, ALARM);
    expect(partsIn(bench.taken(...bench.pump()))).toEqual([]);
    bench.lose();
    bench.wait(120 * SECOND);
    expect(partsIn(bench.reach())).toEqual([part]);
  });

  it('waits for every record and alarm, and for those that come meanwhile', () => {
    bench.records.add(500);
    bench.link.upload(12, () => sourceOf(file(2 * logPartBytesMax)));
    let sent = bench.connect(2);
    const records = allSeqs(sent);
    while (partsIn(sent).length === 0) {
      sent = bench.taken(...sent);
      records.push(...allSeqs(sent));
    }
    expect(records).toHaveLength(500);
    bench.records.add(1, ALARM);
    const next = bench.taken(...sent);
    expect(allSeqs(next.slice(0, 1))).toEqual([501]);
  });

  it('goes on after a lost connection with the first part that the broker had not taken', () => {
    const bytes = file(5 * logPartBytesMax);
    bench.link.upload(12, () => sourceOf(bytes));
    let sent = bench.connect();
    const before = partsIn(sent);
    sent = bench.taken(...sent);
    before.push(...partsIn(sent));
    expect(before.map(({ offset }) => offset)).toEqual([0, logPartBytesMax]);
    bench.lose();
    // The answer of the connection that is gone says nothing about the new one.
    bench.wait(120 * SECOND);
    const after = drain(bench.reach());
    expect(after[0]?.offset).toBe(logPartBytesMax);
    expect(joined([...before, ...after])).toEqual(bytes);
    expect(bench.told).toEqual([{ type: 'log.ended', id: 12, bytes: bytes.length }]);
  });

  it('cuts smaller parts for a broker that takes no larger ones', () => {
    const bytes = file(3000);
    bench.link.upload(12, () => sourceOf(bytes));
    const parts = drain(bench.connect(20, 1024));
    expect(Math.max(...parts.map(({ data }) => data.length))).toBeLessThan(1024);
    expect(joined(parts)).toEqual(bytes);
  });

  it('of no bytes is at its end at once, and sends nothing', () => {
    bench.link.upload(12, () => sourceOf(new Uint8Array()));
    expect(drain(bench.connect())).toEqual([]);
    expect(bench.told).toEqual([{ type: 'log.ended', id: 12, bytes: 0 }]);
  });

  it('that cannot be read, at first or in the middle, ends without bytes and lets the next one through', () => {
    const torn = {
      bytes: 3 * logPartBytesMax,
      reads: 0,
      read(_offset: number, length: number) {
        this.reads += 1;
        if (this.reads > 2) throw new Error('The card is gone.');
        return new Uint8Array(length);
      },
    };
    bench.link.upload(11, () => {
      throw new Error('no such file');
    });
    bench.link.upload(12, () => torn);
    bench.link.upload(13, () => sourceOf(file(10)));
    const parts = drain(bench.connect());
    expect(parts.map(({ command }) => command)).toEqual([12, 13]);
    expect(bench.told).toEqual([
      { type: 'log.ended', id: 11, bytes: null },
      { type: 'log.ended', id: 12, bytes: null },
      { type: 'log.ended', id: 13, bytes: 10 },
    ]);
  });

  it('of which the medium gives less than it should ends without bytes', () => {
    bench.link.upload(12, () => ({ bytes: 5000, read: (offset, length) => file(Math.min(length, 4000 - offset)) }));
    expect(drain(bench.connect())).toEqual([]);
    expect(bench.told).toEqual([{ type: 'log.ended', id: 12, bytes: null }]);
  });

  it('does not keep the unit from saying that it is there', () => {
    bench = new Bench(8 * SECOND);
    bench.link.upload(12, () => sourceOf(file(20 * logPartBytesMax)));
    let sent = bench.connect();
    sent = bench.taken(...sent);
    bench.monoMs += 9 * SECOND;
    sent = bench.taken(...sent);
    expect(sent.some((effect) => stateIn(effect) !== undefined)).toBe(true);
    expect(partsIn(sent)).toHaveLength(1);
  });
});
