import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeHeader,
  decodeMessage,
  encodeHeader,
  encodeMessage,
  isResponseTo,
  responseTo,
  smpOp,
  smpVersion,
} from '../../../protocol/smp/header.ts';
import { bytesOf, hexOf, refusalOf } from './thrown.ts';

const anyHeader = fc.record({
  op: fc.nat(7),
  version: fc.nat(3),
  flags: fc.nat(0xff),
  length: fc.nat(0xffff),
  group: fc.nat(0xffff),
  sequence: fc.nat(0xff),
  command: fc.nat(0xff),
});
const params = { op: smpOp.read, version: smpVersion.v2, flags: 0, length: 1, group: 0, sequence: 2, command: 6 };

describe('the SMP header', () => {
  it('is what Zephyr and smp write', () => {
    expect(hexOf(encodeHeader(params))).toBe('0800000100000206');
    expect(decodeHeader(bytesOf('0800000100000206a0'))).toEqual(params);
    expect(decodeHeader(bytesOf('0200000600000100'))).toMatchObject({ op: 2, version: smpVersion.v1, length: 6 });
  });

  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(anyHeader, (header) => {
        expect(decodeHeader(encodeHeader(header))).toEqual(header);
      }),
    );
  });

  it('ignores the reserved bits', () => {
    expect(decodeHeader(bytesOf('e800000100000206'))).toEqual(params);
  });

  it('names the field that does not fit', () => {
    const refusal = refusalOf(() => encodeHeader({ ...params, sequence: 256 }));
    expect(refusal.message).toBe('SMP header sequence must be a whole number from 0 to 255, not 256.');
    expect(refusalOf(() => encodeHeader({ ...params, group: 0.5 })).code).toBe('invalid');
  });

  it('is refused when it is cut short', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 7 }), (bytes) => {
        expect(refusalOf(() => decodeHeader(bytes)).code).toBe('truncated');
      }),
    );
  });
});

describe('a message', () => {
  it('comes back with a payload of its own', () => {
    const bytes = Buffer.from(encodeMessage(params, bytesOf('a0')));
    const frame = decodeMessage(bytes);
    bytes.fill(0xee);
    expect(frame).toEqual({ header: params, payload: bytesOf('a0') });
  });

  it('has exactly the length that its header says', () => {
    expect(refusalOf(() => decodeMessage(bytesOf('0800000200000206a0'))).code).toBe('truncated');
    expect(refusalOf(() => decodeMessage(bytesOf('0800000000000206a0'))).code).toBe('trailing');
    expect(refusalOf(() => encodeMessage(params, new Uint8Array(0x1_0000))).path).toBe('SMP header length');
  });
});

describe('a response', () => {
  it('repeats group, sequence and command with the next op', () => {
    expect(responseTo(params)).toMatchObject({ op: smpOp.readResponse, group: 0, sequence: 2, command: 6 });
    expect(responseTo({ ...params, op: smpOp.write })).toMatchObject({ op: smpOp.writeResponse });
  });

  it('never claims a version that is not defined', () => {
    expect(responseTo({ ...params, version: 3 }).version).toBe(smpVersion.v2);
    expect(responseTo({ ...params, version: smpVersion.v1 }).version).toBe(smpVersion.v1);
  });

  it('is told from an answer to something else', () => {
    const response = { ...responseTo(params), length: 0 };
    expect(isResponseTo(params, response)).toBe(true);
    for (const other of [{ op: 3 }, { group: 1 }, { sequence: 3 }, { command: 0 }]) {
      expect(isResponseTo(params, { ...response, ...other })).toBe(false);
    }
  });
});
