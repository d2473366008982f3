import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchBytesMax } from '../../../protocol/limits.ts';
import { decodeLogPart, encodeLogPart, logPartFrameBytes } from '../../../protocol/messages/log-part.ts';
import { logBytesMax, logPartBytesMax } from '../../../protocol/messages/signed-limits.ts';
import { refusalOf } from './thrown.ts';

const hash = Uint8Array.from({ length: 32 }, (_, index) => index);
const part = { command: 12, hash, bytes: 100, offset: 60, data: new Uint8Array(40) };

describe('a piece of a log', () => {
  it('comes back as it was, wherever it belongs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: logBytesMax }),
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: logPartBytesMax }),
        (bytes, place, some) => {
          const offset = place % bytes;
          const made = { ...part, bytes, offset, data: some.subarray(0, bytes - offset) };
          expect(decodeLogPart(encodeLogPart(made))).toEqual(made);
        },
      ),
    );
  });

  it('with as much data as it may have costs little more than its data, and less than a batch of events', () => {
    const full = { ...part, bytes: logBytesMax, offset: logBytesMax - logPartBytesMax, command: 0xffff_ffff };
    const { length } = encodeLogPart({ ...full, data: new Uint8Array(logPartBytesMax) });
    expect(length).toBeLessThanOrEqual(logPartBytesMax + logPartFrameBytes);
    expect(length).toBeLessThan(batchBytesMax);
  });

  it('is refused when it reaches beyond the whole, is empty, or is too large', () => {
    expect(refusalOf(() => encodeLogPart({ ...part, offset: 61 })).path).toBe('data');
    expect(refusalOf(() => encodeLogPart({ ...part, data: new Uint8Array() })).path).toBe('data');
    expect(refusalOf(() => encodeLogPart({ ...part, bytes: logBytesMax + 1 })).path).toBe('bytes');
    const long = { ...part, bytes: logBytesMax, offset: 0, data: new Uint8Array(logPartBytesMax + 1) };
    expect(refusalOf(() => encodeLogPart(long)).path).toBe('data');
    expect(refusalOf(() => decodeLogPart(new Uint8Array(logPartBytesMax + logPartFrameBytes + 1))).code).toBe(
      'too-large',
    );
  });
});
