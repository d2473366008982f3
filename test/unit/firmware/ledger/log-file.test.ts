import { describe, expect, it } from 'vitest';
import { logFile, type ReadLog } from '../../../../firmware/ledger/log-file.ts';
import { encodeEvent } from '../../../../protocol/messages/event.ts';
import { readLog } from '../../../../tools/technician/log-file.ts';

/** A log as the ledger keeps it: all from `firstSeq` on. */
function logFrom(firstSeq: number, lastSeq: number): ReadLog {
  const rows = Array.from({ length: lastSeq - firstSeq + 1 }, (_, index) => {
    const seq = firstSeq + index;
    return { seq, body: encodeEvent({ type: 'bin.emptied', seq, at: 1000 + seq }), hash: new Uint8Array(32) };
  });
  return { lastSeq, records: (after, limit) => rows.filter(({ seq }) => seq > after).slice(0, limit) };
}

const seqsOf = (log: ReadLog, ...end: [] | [Parameters<typeof logFile>[1]]): number[] => {
  const { bytes, read } = logFile(log, ...end);
  return readLog(read(0, bytes)).records.map(({ seq }) => seq);
};
const upTo = (firstSeq: number, lastSeq: number) =>
  Array.from({ length: lastSeq - firstSeq + 1 }, (_, index) => firstSeq + index);

describe('the log as a file', () => {
  it.each([
    [1, 1],
    [1, 256],
    [1, 257],
    [1, 700],
    [301, 700],
    [445, 700],
    [699, 700],
  ])('holds each record from %i to %i once, whatever was forgotten before', (firstSeq, lastSeq) => {
    expect(seqsOf(logFrom(firstSeq, lastSeq))).toEqual(upTo(firstSeq, lastSeq));
  });

  it('holds nothing when there is nothing', () => {
    expect(logFile(logFrom(1, 0)).bytes).toBe(0);
  });

  it('ends where it begins to be too old, or too long', () => {
    const log = logFrom(301, 700);
    expect(seqsOf(log, { bytesMax: 1_000_000, since: 1650 })).toEqual(upTo(650, 700));
    const one = logFile(logFrom(700, 700)).bytes;
    expect(seqsOf(log, { bytesMax: 3 * one })).toEqual([698, 699, 700]);
    expect(seqsOf(log, { bytesMax: one - 1 })).toEqual([]);
  });
});
