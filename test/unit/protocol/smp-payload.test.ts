import { decode as decodeElsewhere } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtocolError } from '../../../protocol/errors.ts';
import { decodePayload, encodePayload, payloadLimits, type SmpPayload } from '../../../protocol/smp/payload.ts';
import type { SmpMap, SmpValue } from '../../../protocol/smp/payload-reader.ts';
import { bytesOf, hexOf, refusalOf } from './thrown.ts';

const anyText = fc.string({ maxLength: 30 });
const anyPayload = fc.letrec<{ map: SmpMap; value: SmpValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.integer({ min: -0x1_0000_0000, max: 0xffff_ffff }),
    anyText,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
  map: fc.dictionary(anyText, tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).map;

describe('a payload', () => {
  it('comes back, and another implementation reads the same', () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        const bytes = encodePayload(payload);
        expect(decodePayload(bytes)).toEqual(payload);
        expect(decodeElsewhere(bytes, { strict: true, rejectDuplicateMapKeys: true })).toEqual(payload);
      }),
      { numRuns: 300 },
    );
  });

  it('is written with shorter keys first, whatever the order in the program', () => {
    expect(hexOf(encodePayload({ name: 'x', off: 0, len: 3 }))).toBe('a3636c656e03636f666600646e616d656178');
  });

  it('takes a Buffer of Node for bytes', () => {
    expect(hexOf(encodePayload({ d: Buffer.from([1, 2]) }))).toBe('a16164420102');
  });

  it('leaves out what is undefined', () => {
    expect(hexOf(encodePayload({ rc: 3, rsn: undefined }))).toBe('a162726303');
  });

  it('is an empty map where SMP left the data out', () => {
    expect(decodePayload(new Uint8Array(0))).toEqual({});
  });

  it.each([
    ['a map of indefinite length', 'bf 6172 01 6173 f5 ff', { r: 1, s: true }],
    ['a list of indefinite length', 'a1 6172 9f 01 9f ff ff', { r: [1, []] }],
    ['a counter of more than 32 bits', 'a1 6163 1b 0000000100000000', { c: 0x1_0000_0000 }],
    ['the largest counter', 'a1 6163 1b 001fffffffffffff', { c: Number.MAX_SAFE_INTEGER }],
    ['the smallest', 'a1 6163 3b 001ffffffffffffe', { c: Number.MIN_SAFE_INTEGER }],
  ])('may hold %s, as other makers send it', (_, hex, value) => {
    expect(decodePayload(bytesOf(hex))).toEqual(value);
  });

  it('keeps a key called __proto__ a key', () => {
    const decoded = decodePayload(bytesOf('a1 69 5f5f70726f746f5f5f a1 61 78 01'));
    expect(Object.keys(decoded)).toEqual(['__proto__']);
    expect((decoded as { x?: number }).x).toBeUndefined();
  });

  it('never shares memory with what was received', () => {
    const plain = bytesOf('a1 6164 42 0102');
    for (const bytes of [plain, Buffer.from(plain)]) {
      const decoded = decodePayload(bytes);
      bytes.fill(0xee);
      expect(decoded).toEqual({ d: Uint8Array.of(1, 2) });
    }
  });
});

describe('decoding', () => {
  it.each([
    ['a number', '01', 'invalid'],
    ['a list', '80', 'invalid'],
    ['bytes', '40', 'invalid'],
    ['a head without its argument', 'a1 6161 19 01', 'truncated'],
    ['a list of a declared 4 GiB', 'a1 6161 9a ffffffff', 'truncated'],
    ['a map of a declared 2^64', 'bb ffffffffffffffff', 'integer-range'],
    ['a map longer than the rest, before looking into it', 'a3 c10001', 'truncated'],
    ['bytes of a declared 4 GiB', 'a1 6161 5a ffffffff 00', 'truncated'],
    ['a map that never ends', 'bf 6161 01', 'truncated'],
    ['a map that ends after a key', 'bf 6161 ff', 'simple-value'],
    ['a second item', 'a0 a0', 'trailing'],
    ['a break outside of anything', 'ff', 'simple-value'],
    ['a number as a key', 'a1 0101', 'key-type'],
    ['a list as a key', 'a1 8001', 'key-type'],
    ['a key twice', 'a2 616101 616102', 'duplicate-key'],
    ['a key twice in a map of indefinite length', 'bf 616101 616102 ff', 'duplicate-key'],
    ['text in chunks', 'a1 6161 7f 6161 ff', 'indefinite-length'],
    ['bytes in chunks', 'a1 6161 5f 4101 ff', 'indefinite-length'],
    ['a number of indefinite length', 'a1 6161 1f', 'indefinite-length'],
    ['an integer of 54 bits', 'a1 6161 1b 0020000000000000', 'integer-range'],
    ['a negative one', 'a1 6161 3b 001fffffffffffff', 'integer-range'],
    ['a tag', 'a1 6161 c1 00', 'tag'],
    ['a half float', 'a1 6161 f9 3c00', 'float'],
    ['a double', 'a1 6161 fb 3ff0000000000000', 'float'],
    ['undefined', 'a1 6161 f7', 'simple-value'],
    ['a reserved head', 'a1 6161 1c', 'malformed'],
    ['bad UTF-8', 'a1 6161 61ff', 'bad-text'],
    ['bad UTF-8 in a key', 'a1 61ff 01', 'bad-text'],
  ])('refuses %s', (_, hex, code) => {
    expect(refusalOf(() => decodePayload(bytesOf(hex))).code).toBe(code);
  });

  it('counts depth, items and bytes', () => {
    const nested = (depth: number) => bytesOf(`${'a16161'.repeat(depth)}00`);
    expect(() => decodePayload(nested(payloadLimits.depthMax))).not.toThrow();
    expect(refusalOf(() => decodePayload(nested(payloadLimits.depthMax + 1))).code).toBe('too-deep');
    const endless = Uint8Array.of(0x9f, ...new Uint8Array(payloadLimits.itemsMax), 0xff);
    expect(refusalOf(() => decodePayload(endless)).code).toBe('too-many-items');
    expect(refusalOf(() => decodePayload(new Uint8Array(0x1_0000))).code).toBe('too-large');
  });

  it('answers every mutation and noise with a map or a ProtocolError', () => {
    const sound = anyPayload.map(encodePayload);
    const spoilt = fc
      .tuple(sound, fc.nat(), fc.nat(0xff), fc.nat())
      .map(([bytes, at, value, end]) =>
        bytes.map((byte, index) => (index === at % bytes.length ? value : byte)).slice(0, 1 + (end % bytes.length)),
      );
    fc.assert(
      fc.property(fc.oneof(spoilt, fc.uint8Array({ maxLength: 100 })), (bytes) => {
        try {
          decodePayload(bytes);
        } catch (error) {
          if (!isProtocolError(error)) throw error;
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe('encoding', () => {
  it.each([
    ['a fraction', { a: 0.5 }, 'float'],
    ['an integer over 32 bits', { a: 0x1_0000_0000 }, 'float'],
    ['half a surrogate pair', { a: '\ud800' }, 'bad-text'],
    ['more bytes than a message holds', { a: new Uint8Array(0x1_0000) }, 'too-large'],
  ])('refuses %s', (_, payload, code) => {
    expect(refusalOf(() => encodePayload(payload as SmpPayload)).code).toBe(code);
  });

  it('refuses a circle', () => {
    const circle: { self?: SmpPayload } = {};
    circle.self = circle;
    const list: SmpValue[] = [];
    list.push(list);
    expect(refusalOf(() => encodePayload(circle)).code).toBe('too-deep');
    expect(refusalOf(() => encodePayload({ list })).code).toBe('too-deep');
  });
});
