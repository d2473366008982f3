import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type CborMap, type CborValue, decode, encode } from '../../../protocol/cbor.ts';
import { CoseError, type CoseErrorCode } from '../../../protocol/cose/errors.ts';
import { isProtocolError, ProtocolError, type ProtocolErrorCode } from '../../../protocol/errors.ts';
import {
  type CommandAnswer,
  decodeCommandAnswer,
  encodeCommandAnswer,
} from '../../../protocol/messages/command-answer.ts';
import { type ConfigReport, decodeConfigReport, encodeConfigReport } from '../../../protocol/messages/config-report.ts';
import { type Refusal, type RefusalCode, refusalCodes, refusalFrom } from '../../../protocol/messages/refusal.ts';
import { reportLimits } from '../../../protocol/messages/signed-limits.ts';
import { refusalOf } from './thrown.ts';

const hash = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
const error: Refusal = { path: 'regimen.slots.0.at', code: 'invalid' };
const rejected: ConfigReport = { status: 'rejected', version: 8, hash, errors: [error], inForce: { version: 7, hash } };
const done: CommandAnswer = {
  status: 'done',
  id: 12,
  hash,
  at: 1_795_248_000,
  button: 2,
  faulty: ['lamp'],
  logBytes: 0,
};
const failed: CommandAnswer = { status: 'failed', id: 12, hash, at: 1_795_248_000, errors: [error] };

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const anyHash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const errors = fc.array(
  fc.record({ path: fc.stringMatching(/^[!-~]{0,64}$/), code: fc.constantFrom(...refusalCodes) }),
  { minLength: 1, maxLength: 16 },
);

const set = (map: CborMap, key: number, value: CborValue): CborMap =>
  new Map([...map, [key, value]] as [number, CborValue][]);

describe('config reports', () => {
  it('come back as they were sent, and none is too large to send', () => {
    const longest: Refusal = { path: 'x'.repeat(64), code: 'not-done' };
    const full = { ...rejected, version: 0xffff_ffff, errors: Array.from({ length: 16 }, () => longest) };
    expect(decodeConfigReport(encodeConfigReport(full))).toEqual(full);
    fc.assert(
      fc.property(
        fc.constantFrom('rejected' as const, 'deferred' as const),
        uint32,
        anyHash,
        errors,
        (status, version, anyHashOfIt, why) => {
          const report = { status, version, hash: anyHashOfIt, errors: why };
          expect(decodeConfigReport(encodeConfigReport(report))).toEqual(report);
        },
      ),
    );
  });

  it('name no errors when all was applied, and always some otherwise', () => {
    expectTypeOf<Extract<ConfigReport, { status: 'applied' }>>().not.toHaveProperty('errors');
    expect(refusalOf(() => encodeConfigReport({ ...rejected, errors: [] })).path).toBe('errors');
  });

  it.each([
    ['status', 0, [0, 4, 'applied']],
    ['version', 1, [-1, '8', null]],
    ['hash', 2, [new Uint8Array(31), new Uint8Array(33), 'hash']],
    ['errors', 3, [[], Array.from({ length: 17 }, () => new Map()), 'none']],
    ['errors.0', 3, [[1]]],
    [
      'errors.0.path',
      3,
      [
        [
          new Map<number, CborValue>([
            [1, 'x'.repeat(65)],
            [2, 0],
          ] as [number, CborValue][]),
        ],
      ],
    ],
    [
      'errors.0.code',
      3,
      [
        [
          new Map<number, CborValue>([
            [1, ''],
            [2, 999],
          ] as [number, CborValue][]),
        ],
      ],
    ],
    ['inForce', 4, [0]],
    [
      'inForce.version',
      4,
      [
        new Map<number, CborValue>([
          [1, 0],
          [2, hash],
        ] as [number, CborValue][]),
      ],
    ],
    [
      'inForce.hash',
      4,
      [
        new Map<number, CborValue>([
          [1, 7],
          [2, new Uint8Array()],
        ] as [number, CborValue][]),
      ],
    ],
  ] as [string, number, CborValue[]][])('name %s when it is wrong', (path, key, values) => {
    const wire = decode(encodeConfigReport(rejected), reportLimits) as CborMap;
    for (const value of values) {
      expect(refusalOf(() => decodeConfigReport(encode(set(wire, key, value), reportLimits))).path).toBe(path);
    }
  });

  it('let a newer unit tell more', () => {
    const wire = decode(encodeConfigReport(rejected), reportLimits) as CborMap;
    expect(decodeConfigReport(encode(set(wire, 30, 1), reportLimits))).toEqual(rejected);
  });
});

describe('command answers', () => {
  it.each([done, failed, { ...failed, status: 'refused' as const }])(
    'come back as they were sent ($status)',
    (answer) => {
      expect(decodeCommandAnswer(encodeCommandAnswer(answer))).toEqual(answer);
    },
  );

  it.each([
    ['status', 0, [0, 5, 'done']],
    ['id', 1, [0, -1, '12']],
    ['hash', 2, [new Uint8Array(31), 0]],
    ['at', 3, [-1, 'now']],
    ['button', 4, [0, 4, 'Ja']],
    ['faulty', 5, [0, 1024, []]],
    ['logBytes', 6, [-1, 1_048_577]],
  ] as [string, number, CborValue[]][])('name %s when it is wrong', (path, key, values) => {
    const wire = decode(encodeCommandAnswer(done), reportLimits) as CborMap;
    for (const value of values) {
      expect(refusalOf(() => decodeCommandAnswer(encode(set(wire, key, value), reportLimits))).path).toBe(path);
    }
  });

  it('name errors when they are wrong', () => {
    const wire = decode(encodeCommandAnswer(failed), reportLimits) as CborMap;
    expect(refusalOf(() => decodeCommandAnswer(encode(set(wire, 7, []), reportLimits))).path).toBe('errors');
  });

  it('and reports survive hostile bytes', () => {
    const sound = encodeCommandAnswer(done);
    const mutated = fc.tuple(fc.nat(sound.length - 1), fc.nat(255)).map(([at, byte]) => sound.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
        for (const read of [decodeCommandAnswer, decodeConfigReport]) {
          try {
            read(bytes);
          } catch (thrown) {
            expect(isProtocolError(thrown)).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('refusalFrom', () => {
  it('has a word on the wire for every reason to refuse bytes or a signature', () => {
    expectTypeOf<ProtocolErrorCode | CoseErrorCode>().toExtend<RefusalCode>();
    expect(new Set(refusalCodes).size).toBe(refusalCodes.length);
  });

  it('says code and place of a refusal, and nothing of other errors', () => {
    expect(refusalFrom(new ProtocolError('missing', 'is missing', { path: 'zone' }))).toEqual({
      path: 'zone',
      code: 'missing',
    });
    expect(refusalFrom(new CoseError('unknown-kid', 'is unknown'))).toEqual({ path: '', code: 'unknown-kid' });
    expect(refusalFrom(new TypeError('x'))).toBeUndefined();
  });

  it('cuts a place that somebody typed to what may travel', () => {
    const typed = refusalFrom(new ProtocolError('unknown-key', 'is not known', { path: `blåbær ${'x'.repeat(80)}` }));
    expect(typed).toEqual({ path: `bl?b?r?${'x'.repeat(57)}`, code: 'unknown-key' });
    const report = { ...rejected, errors: [typed ?? error] };
    expect(decodeConfigReport(encodeConfigReport(report))).toEqual(report);
  });
});
