import { decode as decodeElsewhere } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CborValue, decode, encode } from '../../../protocol/cbor.ts';
import { bytesOf, hexOf, refusalOf } from './thrown.ts';

const limits = { bytesMax: 4096, depthMax: 16, itemsMax: 1000 };

const anyInteger = fc.oneof(fc.integer({ min: -0x1_0000_0000, max: 0xffff_ffff }), fc.integer({ min: -300, max: 300 }));
const anyText = fc.string({ unit: 'grapheme', maxLength: 80 }).filter((text) => !text.startsWith('\ufeff'));
const anyValue = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    anyInteger,
    anyText,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 80 }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .uniqueArray(fc.tuple(fc.oneof(anyInteger, anyText), tie('value')), { maxLength: 5, selector: ([key]) => key })
      .map((entries) => new Map(entries)),
  ),
})).value;

describe('encode and decode', () => {
  it('bring every value back, and another implementation reads the same', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = encode(value, limits);
        expect(decode(bytes, limits)).toEqual(value);
        expect(decodeElsewhere(bytes, { useMaps: true, strict: true, rejectDuplicateMapKeys: true })).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it('use the shortest heads', () => {
    expect(hexOf(encode([0, 23, 24, 255, 256, 65_535, 65_536, 0xffff_ffff], limits))).toBe(
      '8800171818 18ff 190100 19ffff 1a00010000 1affffffff'.replaceAll(' ', ''),
    );
    expect(hexOf(encode([-1, -24, -25, -256, -257, -65_537, -0x1_0000_0000], limits))).toBe(
      '8720 37 3818 38ff 390100 3a00010000 3affffffff'.replaceAll(' ', ''),
    );
  });

  it('never share memory with the caller', () => {
    const bytes = bytesOf('4401020304');
    const decoded = decode(bytes, limits) as Uint8Array;
    bytes.fill(0xee);
    expect(decoded).toEqual(Uint8Array.of(1, 2, 3, 4));
    const encoded = encode(decoded, limits);
    expect(encoded.buffer.byteLength).toBe(encoded.length);
  });

  it('leave the array they read as it was, also when it is a window on a larger one', () => {
    const larger = bytesOf('ffff 83010203 ffff');
    const window = larger.subarray(2, 6);
    expect(decode(window, limits)).toEqual([1, 2, 3]);
    expect(Object.getOwnPropertyNames(window)).toEqual(Object.getOwnPropertyNames(larger.subarray(2, 6)));
  });

  it('keep a key called __proto__ a key', () => {
    const decoded = decode(bytesOf('a1 69 5f5f70726f746f5f5f a1 61 78 01'), limits);
    expect(decoded).toEqual(new Map([['__proto__', new Map([['x', 1]])]]));
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe('encode', () => {
  it.each([
    ['a fraction', 0.5, 'float'],
    ['NaN', Number.NaN, 'float'],
    ['infinity', Number.POSITIVE_INFINITY, 'float'],
    ['an integer over 32 bits', 0x1_0000_0000, 'float'],
    ['a bigint', 5n, 'integer-range'],
    ['a huge bigint', 2n ** 80n, 'tag'],
    ['undefined', undefined, 'simple-value'],
    ['a function', () => 1, 'not-encodable'],
    ['a date', new Date(0), 'tag'],
    ['a set', new Set([1]), 'tag'],
    ['half a surrogate pair', '\ud800', 'bad-text'],
    ['a fraction deep inside', new Map([[1, [[0.5]]]]), 'float'],
    ['a byte string over the limit', new Uint8Array(5000), 'too-large'],
  ])('refuses %s', (_, value, code) => {
    expect(refusalOf(() => encode(value as never, limits)).code).toBe(code);
  });

  it('refuses a circle', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(refusalOf(() => encode(circle as never, limits)).code).toBe('not-encodable');
  });
});

describe('decode', () => {
  it.each([
    ['nothing', '', 'truncated'],
    ['a head without its argument', '19 01', 'truncated'],
    ['text longer than the rest', '65 6162', 'truncated'],
    ['bytes of a declared 4 GiB', '5a ffffffff 00', 'truncated'],
    ['an array of a declared 4 GiB', '9a ffffffff 00', 'truncated'],
    ['a map of a declared 4 GiB', 'ba ffffffff 00', 'truncated'],
    ['a list longer than the rest, before looking into it', '85 c100', 'truncated'],
    ['a map longer than the rest, before looking into it', 'a2 80 01', 'truncated'],
    ['a map whose last value is missing', 'a2 0101 02', 'truncated'],
    ['a declared length of 64 bits', '9b 0000000000000001 00', 'integer-range'],
    ['an integer of 64 bits', '1b 0000000000000001', 'integer-range'],
    ['a negative integer of 64 bits', '3b ffffffffffffffff', 'integer-range'],
    ['a second item', '01 02', 'trailing'],
    ['a number twice as a key', 'a2 0101 0102', 'duplicate-key'],
    ['a number twice as a key, once in a longer form', 'a2 0101 180102', 'duplicate-key'],
    ['a large number twice as a key', 'a2 18ff01 18ff02', 'duplicate-key'],
    ['a negative number twice as a key', 'a2 2001 2002', 'duplicate-key'],
    ['a text twice as a key', 'a2 616101 616102', 'duplicate-key'],
    ['the empty text twice as a key', 'a2 6001 6002', 'duplicate-key'],
    ['a list as a key', 'a1 8001', 'key-type'],
    ['a truth value as a key', 'a1 f501', 'key-type'],
    ['bytes as a key', 'a1 410101', 'key-type'],
    ['a list of indefinite length', '9f 01 ff', 'indefinite-length'],
    ['a map of indefinite length', 'bf 0101 ff', 'indefinite-length'],
    ['text of indefinite length', '7f 6161 ff', 'indefinite-length'],
    ['bytes of indefinite length', '5f 4101 ff', 'indefinite-length'],
    ['a break outside of a list', 'ff', 'simple-value'],
    ['a date tag', 'c1 00', 'tag'],
    ['a bignum tag', 'c2 41 01', 'tag'],
    ['a record tag of cbor-x', 'd9 dfff 83 19e000 81 6161 01', 'tag'],
    ['a half float', 'f9 3c00', 'float'],
    ['NaN', 'f9 7e00', 'float'],
    ['a single float', 'fa 3f800000', 'float'],
    ['a double float', 'fb 3ff0000000000000', 'float'],
    ['undefined', 'f7', 'simple-value'],
    ['a simple value', 'e0', 'simple-value'],
    ['a simple value in two bytes', 'f8 ff', 'simple-value'],
    ['a reserved head', '1c', 'malformed'],
    ['UTF-8 cut short', '61 c3', 'bad-text'],
    ['an overlong UTF-8 form', '62 c080', 'bad-text'],
    ['half a surrogate pair', '63 eda080', 'bad-text'],
    ['bad UTF-8 in a key', 'a1 61ff 01', 'bad-text'],
    ['a byte order mark', '64 efbbbf61', 'bad-text'],
  ])('refuses %s', (_, hex, code) => {
    expect(refusalOf(() => decode(bytesOf(hex), limits)).code).toBe(code);
  });

  it('counts depth, items and bytes to the limit and not beyond', () => {
    const nested = (depth: number) => bytesOf(`${'81'.repeat(depth)}00`);
    expect(() => decode(nested(16), limits)).not.toThrow();
    expect(refusalOf(() => decode(nested(17), limits)).code).toBe('too-deep');
    const long = (length: number) => Uint8Array.of(0x99, length >> 8, length & 0xff, ...new Uint8Array(length));
    expect(decode(long(999), limits)).toHaveLength(999);
    expect(refusalOf(() => decode(long(1000), limits)).code).toBe('too-many-items');
    const wide = (length: number) => Uint8Array.of(0x59, length >> 8, length & 0xff, ...new Uint8Array(length));
    expect(decode(wide(4093), limits)).toHaveLength(4093);
    expect(refusalOf(() => decode(wide(4094), limits)).code).toBe('too-large');
  });

  it('refuses megabytes of nesting at once', () => {
    const generous = { bytesMax: 2 ** 24, depthMax: 16, itemsMax: 2 ** 24 };
    expect(refusalOf(() => decode(new Uint8Array(2 ** 22).fill(0x81), generous)).code).toBe('too-deep');
    expect(refusalOf(() => decode(new Uint8Array(2 ** 22).fill(0xa1), generous)).code).toBe('key-type');
  });

  it('says what is wrong and where in one sentence', () => {
    expect(refusalOf(() => decode(bytesOf('a2 0101 0102'), limits)).message).toBe(
      'The message has the key 1 twice in one map (byte 4).',
    );
  });
});
