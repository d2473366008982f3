import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildImage, type ImageContent } from '../../../protocol/image/build.ts';
import { type ImageErrorCode, isImageError } from '../../../protocol/image/error.ts';
import { imageBytesMax } from '../../../protocol/image/layout.ts';
import { type Image, readImage } from '../../../protocol/image/read.ts';
import { acceptImage, claimsOf, defectsOf, type ImageTrust } from '../../../protocol/image/trust.ts';
import { versionText } from '../../../protocol/image/version.ts';
import {
  body,
  deviceClass,
  goldenImage,
  keyPair,
  maker,
  paddedImage,
  sha256,
  stranger,
  trust,
  vendor,
} from './image-keys.ts';
import { bytesOf, hexOf } from './thrown.ts';

const version = { major: 1, minor: 2, revision: 3, build: 4 };
const content: ImageContent = { body, version, securityCounter: 7, deviceClass };

/** Code and sentence of the refusal; any other end of `act` fails the test. */
function refusalOf(act: () => unknown): [ImageErrorCode, string] {
  try {
    act();
  } catch (error) {
    if (isImageError(error)) return [error.code, error.message];
    throw error;
  }
  return expect.fail('nothing was refused');
}

const accept = (bytes: Uint8Array, changes: Partial<ImageTrust> = {}) => acceptImage(bytes, { ...trust, ...changes });
/** The golden image with other bytes at a place. */
const spoilt = (at: number, hex: string, from: Uint8Array = goldenImage) => {
  const bytes = from.slice();
  bytes.set(bytesOf(hex), at);
  return bytes;
};
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const entry = (type: string, value: Uint8Array) => joined(bytesOf(type), Uint8Array.of(value.length, 0), value);

/** An image put together by hand and signed by the maker, with whatever entries and flags a test wants. */
function handmade(options: {
  flags?: number;
  shielded?: readonly Uint8Array[];
  plain?: readonly Uint8Array[];
}): Uint8Array {
  const area = (magic: string, entries: readonly Uint8Array[]) => {
    const values = joined(...entries);
    return joined(bytesOf(magic), Uint8Array.of((values.length + 4) & 0xff, (values.length + 4) >> 8), values);
  };
  const shielded = area('0869', options.shielded ?? [counterEntry, classEntry]);
  const header = goldenImage.slice(0, 32);
  header.set([shielded.length & 0xff, shielded.length >> 8], 10);
  new DataView(header.buffer).setUint32(16, options.flags ?? 0, true);
  const signed = joined(header, body, shielded);
  const digest = sha256(signed);
  const plain = [
    entry('1000', digest),
    entry('0100', maker.signer.keyHash),
    entry('2400', maker.signer.sign(digest)),
    ...(options.plain ?? []),
  ];
  return joined(signed, area('0769', plain));
}
const counterEntry = entry('5000', bytesOf('07000000'));
const classEntry = entry('7500', deviceClass);

describe('buildImage', () => {
  it('makes the bytes that imgtool makes', () => {
    expect(hexOf(buildImage(content, maker.signer))).toBe(hexOf(goldenImage));
    expect(handmade({})).toEqual(goldenImage);
  });

  it('makes what is accepted, whatever the content', () => {
    const anyContent = fc.record({
      body: fc.uint8Array({ maxLength: 300 }),
      version: fc.record({
        major: fc.nat(0xff),
        minor: fc.nat(0xff),
        revision: fc.nat(0xffff),
        build: fc.integer({ min: 0, max: 0xffff_ffff }),
      }),
      securityCounter: fc.integer({ min: 7, max: 0xffff_ffff }),
      deviceClass: fc.constant(deviceClass),
    });
    fc.assert(
      fc.property(anyContent, fc.boolean(), (some, named) => {
        const { image, claims } = accept(buildImage(named ? { ...some, vendor } : some, maker.signer));
        expect(image).toMatchObject({ body: some.body, version: some.version, flags: 0, loadAddress: 0 });
        expect(claims.securityCounter).toBe(some.securityCounter);
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, Partial<ImageContent>, string]>([
    ['a counter below 0', { securityCounter: -1 }, 'The security counter must be'],
    ['a counter over 32 bits', { securityCounter: 2 ** 32 }, 'The security counter must be'],
    ['a version too large', { version: { ...version, minor: 256 } }, 'The version must be'],
    [
      'a class that is no UUID',
      { deviceClass: new Uint8Array(4) },
      'Entry 0x75 of the image must have 16 bytes, not 4.',
    ],
  ])('refuses %s', (_, changes, sentence) => {
    expect(() => buildImage({ ...content, ...changes }, maker.signer)).toThrow(sentence);
  });

  it('refuses a signature of another length', () => {
    const sign = () => new Uint8Array(63);
    expect(() => buildImage(content, { ...maker.signer, sign })).toThrow(RangeError);
  });
});

describe('readImage', () => {
  it('reads what imgtool makes, also with a padded header', () => {
    const image = readImage(goldenImage);
    expect(image).toMatchObject({ version, flags: 0, loadAddress: 0, body });
    expect(image.signedRegion).toHaveLength(82);
    expect(claimsOf(image)).toMatchObject({
      digest: bytesOf('0fda7374847dbf5d3c937e28842cbebddfbb698e235d32bba8a717d45d41d2a2'),
      securityCounter: 7,
      deviceClass,
    });
    const padded = accept(paddedImage);
    expect(padded.image.body).toEqual(body);
    expect(padded.claims.securityCounter).toBe(0xffff_ffff);
    expect(versionText(padded.image.version)).toBe('2.0.0');
  });

  it('reads an image that is a window on larger bytes', () => {
    const larger = joined(bytesOf('ffffff'), goldenImage, bytesOf('ffff'));
    expect(accept(larger.subarray(3, -2)).image.version).toEqual(version);
  });

  it.each<[string, Uint8Array, ImageErrorCode, string]>([
    ['nothing', new Uint8Array(0), 'truncated', 'The image has 0 bytes, but its header ends at byte 32.'],
    ['another file', new Uint8Array(64), 'bad-magic', 'The image begins with 0x00000000 instead of 0x96f3b83d.'],
    [
      'a header that is too short',
      spoilt(8, '1f00'),
      'malformed',
      'The image declares a header of 31 bytes, fewer than 32.',
    ],
    [
      'a header beyond the file',
      spoilt(8, 'ffff'),
      'truncated',
      'The image has 226 bytes, but its header ends at byte 65535.',
    ],
    [
      'a body of 4 GiB',
      spoilt(12, 'ffffffff'),
      'truncated',
      'The image has 226 bytes, but its body ends at byte 4294967327.',
    ],
    [
      'a body that overlaps',
      spoilt(12, '11000000'),
      'malformed',
      'The image has 0x080a at byte 49, where entries begin with 0x6908.',
    ],
    [
      'protected entries beyond the file',
      spoilt(10, 'ffff'),
      'truncated',
      'but its area of protected entries ends at byte 65585.',
    ],
    [
      'two lengths of the protected entries',
      spoilt(52, '1c00'),
      'malformed',
      'The image has an entry at byte 62 that reaches beyond its area.',
    ],
    ['entries that end before they begin', spoilt(84, '0300'), 'malformed', 'at byte 82 that ends before it begins.'],
    ['entries beyond the file', spoilt(84, 'ffff'), 'truncated', 'but its area of entries ends at byte 65617.'],
    [
      'an entry beyond its area',
      spoilt(88, 'ffff'),
      'malformed',
      'The image has an entry at byte 86 that reaches beyond its area.',
    ],
    [
      'an entry of a wrong length',
      spoilt(88, '1f00'),
      'malformed',
      'an entry 0x0010 of 31 instead of 32 bytes at byte 86.',
    ],
    [
      'half an entry',
      joined(spoilt(84, '9300'), bytesOf('000000')),
      'malformed',
      'an entry at byte 226 that reaches beyond its area.',
    ],
    [
      'a second signature',
      handmade({ plain: [entry('2400', new Uint8Array(64))] }),
      'malformed',
      'a second entry 0x0024 at byte 226.',
    ],
    [
      'a byte behind',
      joined(goldenImage, bytesOf('00')),
      'trailing',
      'The image ends at byte 226, but 1 more bytes follow.',
    ],
  ])('refuses %s', (_, bytes, code, sentence) => {
    const [found, message] = refusalOf(() => readImage(bytes));
    expect(message).toContain(sentence);
    expect(found).toBe(code);
  });

  it('refuses more than a loader holds, before looking at it', () => {
    expect(refusalOf(() => readImage(new Uint8Array(imageBytesMax + 1)))[0]).toBe('too-large');
  });

  it('tells every truncation from the whole', () => {
    for (let length = 0; length < goldenImage.length; length += 1) {
      expect(refusalOf(() => readImage(goldenImage.subarray(0, length)))[0]).toBe('truncated');
    }
  });

  it('keeps a disagreement about the protected entries', () => {
    const bytes = spoilt(10, '0c00', spoilt(52, '2000'));
    expect(refusalOf(() => readImage(bytes))).toEqual([
      'malformed',
      'The image gives two lengths for its protected entries, in the header and at byte 50. Copy or download the file once more.',
    ]);
  });
});

describe('acceptImage', () => {
  it.each<[string, () => unknown, ImageErrorCode, string]>([
    ['a changed body', () => accept(spoilt(40, 'ff')), 'hash-mismatch', 'The image was changed on its way'],
    ['a changed counter', () => accept(spoilt(58, 'ff')), 'hash-mismatch', 'The image was changed on its way'],
    [
      'a key that is not trusted',
      () => accept(buildImage(content, stranger.signer)),
      'wrong-key',
      'which this device does not trust.',
    ],
    [
      'no trusted key at all',
      () => accept(goldenImage, { keys: [] }),
      'wrong-key',
      'is signed with the key a050837d85070582…',
    ],
    [
      'a signature by another key under a trusted name',
      () => accept(buildImage(content, { ...stranger.signer, keyHash: maker.signer.keyHash })),
      'bad-signature',
      'but the signature was not made with it for this content.',
    ],
    [
      'another class of device',
      () => accept(buildImage({ ...content, deviceClass: vendor }, maker.signer)),
      'wrong-class',
      'is for devices of class 11112222333344445555666677778888, and this one is of class 00112233445566778899aabbccddeeff.',
    ],
    [
      'a counter below the one that was confirmed',
      () => accept(goldenImage, { securityCounterMin: 8 }),
      'rolled-back',
      'has the security counter 7, and this device has confirmed 8. Take a newer image',
    ],
    [
      'an encrypted image',
      () => accept(handmade({ flags: 0x4 })),
      'unsupported',
      'has the flags 0x4, which this loader',
    ],
    [
      'a flag in the highest bit',
      () => accept(handmade({ flags: 0x8000_0000 })),
      'unsupported',
      'has the flags 0x80000000',
    ],
    [
      'a dependency on another image',
      () => accept(handmade({ shielded: [counterEntry, classEntry, entry('4000', new Uint8Array(12))] })),
      'unsupported',
      'has an entry 0x0040 where this loader allows none.',
    ],
    [
      'an entry that nobody signed',
      () => accept(handmade({ plain: [entry('a0ff', new Uint8Array(1))] })),
      'unsupported',
      'has an entry 0xffa0 where this loader allows none.',
    ],
    [
      'a class that only an unsigned entry tells',
      () => accept(handmade({ shielded: [counterEntry], plain: [classEntry] })),
      'unsupported',
      'has an entry 0x0075',
    ],
    [
      'no counter and no class',
      () => accept(handmade({ shielded: [entry('a0ff', new Uint8Array(1))] })),
      'incomplete',
      'has no protected security counter (entry 0x0050), no protected device class (entry 0x0075).',
    ],
  ])('refuses %s', (_, act, code, sentence) => {
    const [found, message] = refusalOf(act);
    expect(message).toContain(sentence);
    expect(found).toBe(code);
  });

  it('refuses an image without any signature', () => {
    const bytes = joined(
      goldenImage.subarray(0, 82),
      bytesOf('0769 2800'),
      entry('1000', sha256(goldenImage.subarray(0, 82))),
    );
    expect(refusalOf(() => accept(bytes))[0]).toBe('incomplete');
  });

  it('takes the counter that was confirmed, entries of makers that are signed, and any of several keys', () => {
    const vendorEntry = entry('a0ff', bytesOf('01'));
    const bytes = handmade({ flags: 1, shielded: [counterEntry, classEntry, vendorEntry] });
    const keys = [stranger.trusted, keyPair(new Uint8Array(32).fill(9)).trusted, maker.trusted];
    expect(accept(bytes, { keys }).claims.securityCounter).toBe(7);
  });

  it('gives every defect, the gravest first', () => {
    const image: Image = readImage(spoilt(40, 'ff'));
    const defects = defectsOf(image, { ...trust, securityCounterMin: 9, deviceClass: vendor });
    expect(defects.map(({ code }) => code)).toEqual(['hash-mismatch', 'bad-signature', 'wrong-class', 'rolled-back']);
  });

  it('refuses the image with any one bit changed', () => {
    for (let bit = 0; bit < goldenImage.length * 8; bit += 1) {
      const bytes = goldenImage.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(refusalOf(() => accept(bytes))[0]).toEqual(expect.any(String));
    }
  });

  it('refuses noise and every mutation, with an ImageError', () => {
    const mutation = fc.tuple(fc.constantFrom('set', 'cut', 'insert', 'double', 'swap'), fc.nat(), fc.nat(0xff));
    const mutated = fc
      .array(mutation, { minLength: 1, maxLength: 4 })
      .map((changes) =>
        changes.reduce(
          (bytes, [how, where, value]) => mutate(bytes, how, where % (bytes.length + 1), value),
          goldenImage,
        ),
      );
    const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => joined(goldenImage.subarray(0, 4), bytes));
    fc.assert(
      fc.property(fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: noise }), (bytes) => {
        fc.pre(hexOf(bytes) !== hexOf(goldenImage));
        expect(refusalOf(() => accept(bytes))[0]).toEqual(expect.any(String));
      }),
      { numRuns: 3000 },
    );
  });
});

function mutate(bytes: Uint8Array, how: string, at: number, value: number): Uint8Array {
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (how) {
    case 'set':
      return bytes.map((byte, index) => (index === at ? value : byte));
    case 'cut':
      return head;
    case 'insert':
      return joined(head, Uint8Array.of(value), tail);
    case 'double':
      return joined(head, tail, tail);
    default:
      return joined(tail, head);
  }
}
