import { decode as decodeElsewhere } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CborMap, type CborValue, decode, encode } from '../../../protocol/cbor.ts';
import { isProtocolError } from '../../../protocol/errors.ts';
import {
  certificateBytesMax,
  decodeEnrolment,
  type Enrolment,
  encodeEnrolment,
  enrolmentLimits,
  privateKeyBytesMax,
} from '../../../protocol/messages/enrolment.ts';
import vectors from '../../../protocol/vectors/enrolment.json' with { type: 'json' };
import { bytesOf, hexOf, refusalOf } from '../protocol/thrown.ts';
import { plain } from '../protocol/vector-bytes.ts';

/** The message of a vector, its byte strings read from hexadecimal. */
function messageOf(message: (typeof vectors)[number]['message']): Enrolment {
  return {
    ...message,
    authority: bytesOf(message.authority),
    certificate: bytesOf(message.certificate),
    privateKey: bytesOf(message.privateKey),
    centreKeys: message.centreKeys.map(({ kid, key }) => ({ kid: bytesOf(kid), key: bytesOf(key) })),
    imageKeys: message.imageKeys.map(bytesOf),
    attestationKey: { kid: bytesOf(message.attestationKey.kid), secret: bytesOf(message.attestationKey.secret) },
    predecessors: message.predecessors.map(({ kid, key }) => ({ kid: bytesOf(kid), key: bytesOf(key) })),
  };
}

const bytes = (maxLength: number) => fc.uint8Array({ minLength: 1, maxLength });
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anyEnrolment: fc.Arbitrary<Enrolment> = fc
  .record(
    {
      device: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{2,31}$/),
      deviceClass: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/),
      broker: fc.stringMatching(/^mqtts:\/\/[A-Za-z0-9.-]{1,60}:[0-9]{1,5}$/),
      authority: bytes(certificateBytesMax),
      certificate: bytes(certificateBytesMax),
      privateKey: bytes(privateKeyBytesMax),
      centreKeys: fc.array(fc.record({ kid: bytes(32), key }), { minLength: 1, maxLength: 4 }),
      imageKeys: fc.array(key, { maxLength: 4 }),
      serviceNumber: fc.stringMatching(/^[ -~]{1,20}$/),
      issuedAt: fc.nat(0xffff_fffe),
      attestationKey: fc.record({ kid: bytes(32), secret: key }),
      predecessors: fc.array(fc.record({ kid: bytes(32), key }), { maxLength: 8 }),
    },
    {
      requiredKeys: [
        'device',
        'deviceClass',
        'broker',
        'authority',
        'certificate',
        'privateKey',
        'centreKeys',
        'imageKeys',
        'issuedAt',
        'attestationKey',
        'predecessors',
      ],
    },
  )
  .map((fields) => ({ ...fields, expiresAt: fields.issuedAt + 1 }));

const sample = messageOf((vectors[0] as (typeof vectors)[number]).message);
const wire = decode(encodeEnrolment(sample), enrolmentLimits) as CborMap;
const without = (...keys: number[]) => new Map([...wire].filter(([found]) => !keys.includes(Number(found))));
const changed = (field: number, value: CborValue) => new Map([...wire, [field, value]] as [number, CborValue][]);

describe('the golden enrolments', () => {
  it.each(vectors)('are what we write ($name)', ({ message, hex }) => {
    expect(hexOf(encodeEnrolment(messageOf(message)))).toBe(hex);
  });

  it.each(vectors)('are what we read ($name)', ({ message, hex }) => {
    expect(decodeEnrolment(bytesOf(hex))).toEqual(messageOf(message));
  });

  it.each(vectors)('mean the same to another implementation ($name)', (vector) => {
    const strict = { useMaps: true, strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true };
    expect(plainer(decodeElsewhere(bytesOf(vector.hex), strict))).toEqual(vector.wire);
  });
});

/** As `plain`, also for maps inside lists. */
function plainer(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainer);
  return value instanceof Map ? Object.fromEntries([...value].map(([k, part]) => [k, plainer(part)])) : plain(value);
}

describe('an enrolment', () => {
  it('comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(anyEnrolment, (any) => {
        expect(decodeEnrolment(encodeEnrolment(any))).toEqual(any);
      }),
    );
  });

  it('fits its limits when everything in it is as long as it may be', () => {
    const full = (size: number) => new Uint8Array(size).fill(0xff);
    const longest: Enrolment = {
      device: 'a'.repeat(32),
      deviceClass: 'a'.repeat(32),
      broker: `mqtts://${'a'.repeat(114)}:65535`,
      authority: full(certificateBytesMax),
      certificate: full(certificateBytesMax),
      privateKey: full(privateKeyBytesMax),
      centreKeys: Array.from({ length: 4 }, () => ({ kid: full(32), key: full(32) })),
      imageKeys: Array.from({ length: 4 }, () => full(32)),
      serviceNumber: '0'.repeat(20),
      issuedAt: 0xffff_fffe,
      expiresAt: 0xffff_ffff,
      attestationKey: { kid: full(32), secret: full(32) },
      predecessors: Array.from({ length: 8 }, () => ({ kid: full(32), key: full(32) })),
    };
    expect(decodeEnrolment(encodeEnrolment(longest))).toEqual(longest);
  });

  it.each<[string, CborMap, string]>([
    ...[1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13].map((field): [string, CborMap, string] => [
      [
        'device',
        'deviceClass',
        'broker',
        'authority',
        'certificate',
        'privateKey',
        'centreKeys',
        'imageKeys',
        '',
        'issuedAt',
        'expiresAt',
        'attestationKey',
        'predecessors',
      ][field - 1] ?? '',
      without(field),
      'missing',
    ]),
    ['device', changed(1, 'DK/0042'), 'invalid'],
    ['device', changed(1, '+'), 'invalid'],
    ['deviceClass', changed(2, 'Dispenser'), 'invalid'],
    ['broker', changed(3, 'mqtt://broker.example:1883'), 'invalid'],
    ['broker', changed(3, 'mqtts://broker.example'), 'invalid'],
    ['broker', changed(3, 'mqtts://broker.example:8883/x'), 'invalid'],
    ['broker', changed(3, `mqtts://${'a'.repeat(120)}:8883`), 'invalid'],
    ['authority', changed(4, new Uint8Array()), 'invalid'],
    ['certificate', changed(5, new Uint8Array(certificateBytesMax + 1)), 'invalid'],
    ['privateKey', changed(6, 'text'), 'invalid'],
    ['centreKeys', changed(7, []), 'invalid'],
    [
      'centreKeys.0.key',
      changed(7, [
        new Map<number, CborValue>([
          [1, Uint8Array.of(1)],
          [2, new Uint8Array(31)],
        ]),
      ]),
      'invalid',
    ],
    [
      'centreKeys.0',
      changed(7, [
        new Map<number, CborValue>([
          [1, Uint8Array.of(1)],
          [2, new Uint8Array(32)],
          [3, 1],
        ]),
      ]),
      'unknown-key',
    ],
    [
      'imageKeys',
      changed(
        8,
        Array.from({ length: 5 }, () => new Uint8Array(32)),
      ),
      'invalid',
    ],
    ['imageKeys.0', changed(8, [new Uint8Array(33)]), 'invalid'],
    ['serviceNumber', changed(9, 'ring æøå'), 'invalid'],
    ['issuedAt', changed(10, -1), 'invalid'],
    ['expiresAt', changed(11, sample.issuedAt), 'invalid'],
    ['attestationKey', changed(12, 1), 'invalid'],
    ['predecessors', changed(13, new Map()), 'invalid'],
    ['', changed(15, 1), 'unknown-key'],
  ])('names %j when it is wrong (%#)', (path, spoilt, code) => {
    const refusal = refusalOf(() => decodeEnrolment(encode(spoilt, { ...enrolmentLimits, bytesMax: 20_000 })));
    expect([refusal.path ?? '', refusal.code]).toEqual([path, code]);
  });

  it('answers spoilt bytes with a refusal or a message, and nothing else', () => {
    const sound = encodeEnrolment(sample);
    const spoilt = fc
      .array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => changes.reduce((now, [at, value]) => now.with(at, value), sound));
    const cut = fc.nat(sound.length - 1).map((length) => sound.slice(0, length));
    let refused = 0;
    fc.assert(
      fc.property(fc.oneof(spoilt, cut, fc.uint8Array({ maxLength: 300 })), (hostile) => {
        try {
          const message = decodeEnrolment(hostile);
          expect(decodeEnrolment(encodeEnrolment(message))).toEqual(message);
        } catch (error) {
          if (!isProtocolError(error)) throw error;
          refused += 1;
        }
      }),
      { numRuns: 5000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});
