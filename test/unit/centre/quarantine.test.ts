import { describe, expect, it } from 'vitest';
import { encode } from '../../../protocol/cbor.ts';
import { eventLimits } from '../../../protocol/limits.ts';
import { encodeEvent } from '../../../protocol/messages/event.ts';
import { UNREADABLE_MAX } from '../../../tools/centre/quarantine.ts';
import { batchMessage, bench, nowMs, opened, raised, taken } from './support.ts';

/** Sound CBOR with a number, and no event: a dose without its slot. */
function broken(seq: number): Uint8Array {
  return encode(
    new Map([
      [0, 3],
      [1, seq],
      [2, 1_800_000_000],
    ]),
    eventLimits,
  );
}

const garbage = Uint8Array.of(0xff, 0x00, 0x42);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** A full quarantine of `unit-1`: its numbers 1 to UNREADABLE_MAX. */
function full() {
  const centre = bench();
  for (let seq = 1; seq <= UNREADABLE_MAX; seq += 50) {
    const portion = Array.from({ length: 50 }, (_, at) => broken(seq + at));
    expect(centre.send('unit-1', 7, ...portion)).toBe(seq + 49);
  }
  return centre;
}

describe('an event that cannot be read', () => {
  it('is kept as it came, with its device, epoch, time and reason, and acknowledged with the others of its batch', () => {
    const { receive, readings, seqs } = bench();
    const outcome = receive(batchMessage('unit-1', 7, [opened(1), broken(2), opened(3)]));
    expect(outcome.acknowledgement).toEqual({ epoch: 7, ackedThrough: 3 });
    expect(outcome.refusals).toEqual([expect.stringContaining('slot')]);
    expect(seqs('unit-1')).toEqual([1, 3]);
    expect(readings.unreadable()).toEqual([
      { device: 'unit-1', epoch: 7, seq: 2, receivedAt: nowMs, reason: outcome.refusals[0], bytes: hex(broken(2)) },
    ]);
    expect(readings.unreadableDevices()).toEqual([{ device: 'unit-1', records: 1, stuck: false, lastMs: nowMs }]);
  });

  it.each([
    ['its end is missing', encodeEvent(taken(2)).slice(0, -3)],
    ['more bytes follow', Uint8Array.of(...encodeEvent(taken(2)), 0)],
    ['its text is damaged', encodeEvent(taken(2)).map((byte, at) => (at === 12 ? 0xff : byte))],
  ])('is acknowledged by the number at its beginning when %s', (_case, damaged) => {
    const { send, readings } = bench();
    expect(send('unit-1', 7, opened(1), damaged, opened(3))).toBe(3);
    expect(readings.unreadable()).toMatchObject([{ seq: 2, bytes: hex(damaged) }]);
  });

  it('is remembered after a restart, below and above a gap, and kept once however often it comes', () => {
    const before = bench();
    expect(before.send('unit-1', 7, broken(1), broken(4))).toBe(1);
    const after = before.restart();
    expect(after.receive(batchMessage('unit-1', 7, [broken(1), broken(4)])).refusals).toEqual([]);
    expect(after.send('unit-1', 7, opened(2), opened(3))).toBe(4);
    expect(after.readings.unreadableDevices()).toMatchObject([{ records: 2 }]);
  });

  it('takes no room from a readable event of the same number', () => {
    const { send, seqs } = bench();
    send('unit-1', 7, broken(1));
    expect(send('unit-1', 7, opened(1))).toBe(1);
    expect(seqs('unit-1')).toEqual([1]);
  });

  it('is kept without a number when it has none, is not acknowledged, and costs the others nothing', () => {
    const { send, readings } = bench();
    expect(send('unit-1', 7, opened(1), garbage, opened(3))).toBe(1);
    expect(send('unit-1', 7, garbage)).toBe(1);
    expect(readings.unreadable()).toMatchObject([{ seq: null, bytes: hex(garbage) }]);
    expect(readings.unreadableDevices()).toMatchObject([{ records: 1, stuck: true }]);
  });

  it('holds up no device that has begun a new epoch', () => {
    const { send, readings } = bench();
    send('unit-1', 7, garbage);
    send('unit-1', 8, opened(1));
    expect(readings.unreadableDevices()).toMatchObject([{ stuck: false }]);
  });

  it('is not acknowledged when there is no room for more of its device: it stays on the device, and the operator is told', () => {
    const { send, readings } = full();
    const next = UNREADABLE_MAX + 1;
    expect(send('unit-1', 7, broken(next), opened(next + 1))).toBe(UNREADABLE_MAX);
    expect(readings.unreadableDevices()).toMatchObject([{ records: UNREADABLE_MAX, stuck: true }]);
    send('unit-2', 7, broken(1));
    expect(readings.unreadableDevices()).toMatchObject([{ stuck: true }, { device: 'unit-2', stuck: false }]);
  });
});

describe('a quarantine under a newer program', () => {
  it('gives back what can be read now, with its alarm, and keeps the rest', () => {
    const { send, store, readings, ingest } = bench();
    send('unit-1', 7, broken(1), broken(2), garbage);
    // As if this program had learnt the first of them since.
    store.prepare('UPDATE unreadable SET bytes = ? WHERE seq = 2').run(encodeEvent(raised(2, 'mechanism-jam')));
    ingest.readAgain();
    expect(readings.openAlarms()).toMatchObject([{ code: 'mechanism-jam', receivedAt: nowMs }]);
    expect(readings.unreadable().map(({ seq }) => seq)).toEqual([null, 1]);
  });
});
