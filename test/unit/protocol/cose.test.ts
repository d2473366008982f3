import { encode as encodeElsewhere, rfc8949EncodeOptions, Tagged } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCoseError } from '../../../protocol/cose/errors.ts';
import { openSign1, sign1, sigStructure } from '../../../protocol/cose/sign1.ts';
import {
  centre,
  coseRefusalOf,
  forger,
  kid,
  publicKeys,
  stranger,
  strangerKid,
  trust,
  verifyEd25519,
} from './signing.ts';
import { bytesOf, hexOf } from './thrown.ts';

const type = { contentType: 'application/vnd.dosis.test+cbor', payloadBytesMax: 512 };
const payload = bytesOf('a1 01 19 0539');
const signed = sign1(payload, type, centre);
const anyPayload = fc.uint8Array({ minLength: 1, maxLength: 512 });

const header = new Map<number, unknown>([
  [1, -19],
  [3, type.contentType],
  [4, kid],
]);
const elsewhere = (value: unknown) => encodeElsewhere(value, rfc8949EncodeOptions);

interface Draft {
  readonly header?: Uint8Array;
  readonly unprotected?: unknown;
  readonly payload?: unknown;
  readonly signature?: unknown;
}

/** A document made by another implementation and truly signed, with whatever is to be wrong in it. */
function draft(change: Draft = {}): Uint8Array {
  const protectedHeader = change.header ?? elsewhere(header);
  const content = change.payload instanceof Uint8Array ? change.payload : payload;
  const signature = centre.sign(elsewhere(['Signature1', protectedHeader, new Uint8Array(), content]));
  const { unprotected = new Map(), payload: carried = payload } = change;
  return elsewhere(new Tagged(18, [protectedHeader, unprotected, carried, change.signature ?? signature]));
}

const withHeader = (...entries: readonly (readonly [unknown, unknown])[]) =>
  draft({ header: elsewhere(new Map<unknown, unknown>([...header, ...entries])) });

/** Text as the bytes of a header that no careful encoder would write. */
const rawHeader = (hex: string) => draft({ header: bytesOf(hex) });
const typeHex = `781f${hexOf(new TextEncoder().encode(type.contentType))}`;
const kidHex = `48${hexOf(kid)}`;

/** The same R with S + L: a lax verifier takes it for a second signature of the same message (RFC 8032 §8.4). */
function secondForm(signature: Uint8Array): Uint8Array {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const scalar = BigInt(`0x${hexOf(signature.slice(32).reverse())}`) + order;
  return Uint8Array.of(...signature.subarray(0, 32), ...bytesOf(scalar.toString(16).padStart(64, '0')).reverse());
}

describe('sign1 and openSign1', () => {
  it('bring every payload and the key that signed it back', () => {
    fc.assert(
      fc.property(anyPayload, (bytes) => {
        expect(openSign1(sign1(bytes, type, centre), type, trust)).toEqual({ payload: bytes, kid });
      }),
      { numRuns: 50 },
    );
  });

  it('write what another implementation writes, to the byte', () => {
    expect(hexOf(signed)).toBe(hexOf(draft()));
  });

  it('sign the Sig_structure of RFC 9052', () => {
    // ToBeSign_hex of eddsa-examples/eddsa-sig-02.json in github.com/cose-wg/Examples.
    const content = new TextEncoder().encode('This is the content.');
    expect(hexOf(sigStructure(bytesOf('a10127'), content))).toBe(
      '846a5369676e61747572653143a101274054546869732069732074686520636f6e74656e742e',
    );
  });

  it('know a document by its content type, so that none passes for another', () => {
    const other = { ...type, contentType: 'application/vnd.dosis.other+cbor' };
    expect(coseRefusalOf(() => openSign1(signed, other, trust)).code).toBe('wrong-content-type');
  });

  it('try each key of one id', () => {
    const twins = [
      { kid, key: publicKeys.stranger },
      { kid, key: publicKeys.centre },
    ];
    expect(openSign1(signed, type, { keys: twins, verify: verifyEd25519 }).payload).toEqual(payload);
  });

  it('never share memory with what was received', () => {
    const received = Uint8Array.from(signed);
    const opened = openSign1(received, type, trust);
    received.fill(0);
    expect(opened).toEqual({ payload, kid });
  });
});

describe('sign1', () => {
  it.each([
    ['nothing', () => sign1(new Uint8Array(), type, centre), 'empty-payload'],
    ['more than a receiver takes', () => sign1(new Uint8Array(513), type, centre), 'too-large'],
    ['by what makes no Ed25519', () => sign1(payload, type, { kid, sign: () => new Uint8Array(63) }), 'signature-size'],
  ])('signs not %s', (_, act, code) => {
    expect(coseRefusalOf(act).code).toBe(code);
  });

  it.each([
    ['an empty key id', type, new Uint8Array()],
    ['a long key id', type, new Uint8Array(33)],
    ['a content type that is none', { ...type, contentType: 'config' }, kid],
  ])('takes %s for a mistake of the program', (_, wrong, id) => {
    expect(() => sign1(payload, wrong, { ...centre, kid: id })).toThrow(TypeError);
  });
});

describe('openSign1', () => {
  it.each([
    ['an unprotected key id', draft({ unprotected: new Map([[4, kid]]) }), 'unprotected-header'],
    ['an unprotected algorithm', draft({ unprotected: new Map([[1, -19]]) }), 'unprotected-header'],
    ['an unprotected header with a name', draft({ unprotected: new Map([['note', 1]]) }), 'unprotected-header'],
    ['an unprotected header that nests', draft({ unprotected: new Map([[33, [[1]]]]) }), 'unprotected-header'],
    ['an unprotected header that nests deep', draft({ unprotected: new Map([[33, [[[1]]]]]) }), 'too-deep'],
    ['an unprotected header that is a list', draft({ unprotected: [] }), 'not-sign1'],
    ['the old EdDSA', rawHeader(`a3 0127 03${typeHex} 04${kidHex}`), 'wrong-algorithm'],
    ['ES256', rawHeader(`a3 0126 03${typeHex} 04${kidHex}`), 'wrong-algorithm'],
    ['an algorithm in words', withHeader([1, 'Ed25519']), 'wrong-algorithm'],
    ['no algorithm', rawHeader(`a2 03${typeHex} 04${kidHex}`), 'wrong-algorithm'],
    ['no protected header', rawHeader(''), 'protected-header'],
    ['an empty protected header', rawHeader('a0'), 'wrong-algorithm'],
    ['a protected header that is a list', rawHeader('80'), 'protected-header'],
    ['a protected header that is cut short', rawHeader('a3 01'), 'truncated'],
    ['a protected header with more behind it', rawHeader(`a3 0132 03${typeHex} 04${kidHex} 00`), 'trailing'],
    ['an algorithm twice', rawHeader(`a4 0127 0132 03${typeHex} 04${kidHex}`), 'duplicate-key'],
    ['a critical header', withHeader([2, [1]]), 'protected-header'],
    ['a protected header of somebody else', withHeader([-70_001, 1]), 'protected-header'],
    ['a protected header with a name', withHeader(['x', 1]), 'protected-header'],
    ['no key id', rawHeader(`a2 0132 03${typeHex}`), 'protected-header'],
    ['a key id in words', withHeader([4, 'centre']), 'protected-header'],
    ['an empty key id', withHeader([4, new Uint8Array()]), 'protected-header'],
    ['a long key id', withHeader([4, new Uint8Array(33)]), 'protected-header'],
    ['no content type', rawHeader(`a2 0132 04${kidHex}`), 'wrong-content-type'],
    ['a content type as a number', withHeader([3, 60]), 'wrong-content-type'],
    ['protected headers in another order', rawHeader(`a3 0132 04${kidHex} 03${typeHex}`), 'protected-not-canonical'],
    ['an algorithm in a longer form', rawHeader(`a3 01 3812 03${typeHex} 04${kidHex}`), 'protected-not-canonical'],
    ['a header key in a longer form', rawHeader(`a3 1801 32 03${typeHex} 04${kidHex}`), 'protected-not-canonical'],
    ['a header map in a longer form', rawHeader(`b803 0132 03${typeHex} 04${kidHex}`), 'protected-not-canonical'],
    ['no payload', draft({ payload: null }), 'detached-payload'],
    ['an empty payload', draft({ payload: new Uint8Array() }), 'empty-payload'],
    ['a payload that is no byte string', draft({ payload: 'text' }), 'not-sign1'],
    ['a payload over the limit', draft({ payload: new Uint8Array(513) }), 'too-large'],
    ['a short signature', draft({ signature: new Uint8Array(63) }), 'signature-size'],
    ['a long signature', draft({ signature: new Uint8Array(65) }), 'signature-size'],
    ['no signature', draft({ signature: new Uint8Array() }), 'signature-size'],
    ['a signature that is no byte string', draft({ signature: 0 }), 'not-sign1'],
    ['an empty signature of the right size', draft({ signature: new Uint8Array(64) }), 'bad-signature'],
    ['a signature in its second form', draft({ signature: secondForm(signed.subarray(-64)) }), 'bad-signature'],
    ['another content under its signature', draft({ signature: centre.sign(payload) }), 'bad-signature'],
    ['a signature of somebody in the name of the centre', sign1(payload, type, forger), 'bad-signature'],
    ['a key that nobody enrolled', sign1(payload, type, stranger), 'unknown-kid'],
    ['a byte more', Uint8Array.of(...signed, 0), 'trailing'],
    ['a second document', Uint8Array.of(...signed, ...signed), 'trailing'],
    ['nothing', new Uint8Array(), 'not-sign1'],
    ['the tag and no more', bytesOf('d2'), 'truncated'],
    ['no tag', signed.subarray(1), 'not-sign1'],
    ['the tag in a longer form', Uint8Array.of(0xd8, 18, ...signed.subarray(1)), 'not-sign1'],
    ['the tag of COSE_Mac0', Uint8Array.of(0xd1, ...signed.subarray(1)), 'not-sign1'],
    ['the tag twice', Uint8Array.of(0xd2, ...signed), 'tag'],
    ['no list', bytesOf('d2 01'), 'not-sign1'],
    ['a list of three', bytesOf('d2 83 40 a0 40'), 'not-sign1'],
    ['a list of five', bytesOf('d2 85 40 a0 40 40 40'), 'not-sign1'],
    ['a protected header that is no byte string', bytesOf('d2 84 a0 a0 40 40'), 'not-sign1'],
    ['a list of indefinite length', Uint8Array.of(0xd2, 0x9f, ...signed.subarray(2), 0xff), 'indefinite-length'],
    ['a list in a longer form', Uint8Array.of(0xd2, 0x98, 4, ...signed.subarray(2)), 'not-canonical'],
  ])('refuses %s', (_, bytes, code) => {
    const refusal = coseRefusalOf(() => openSign1(bytes, type, trust));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(/^The signed document .*[;:] \w.*\.$/);
  });

  it('asks for no signature before all that is cheap has been looked at', () => {
    const never = { ...trust, verify: () => expect.fail('asked') };
    expect(() => openSign1(draft({ unprotected: new Map([[4, kid]]) }), type, never)).toThrow('no signature protects');
    expect(() => openSign1(sign1(payload, type, stranger), type, never)).toThrow(hexOf(strangerKid));
  });

  it('does not read what is too large', () => {
    expect(coseRefusalOf(() => openSign1(new Uint8Array(2 ** 24).fill(0xd2), type, trust)).code).toBe('too-large');
  });

  it('refuses every document with one bit turned, and every one with a byte changed, left out or put in', () => {
    for (let at = 0; at < signed.length; at += 1) {
      const changed = [...Array(8).keys()].map((bit) => signed.with(at, (signed[at] ?? 0) ^ (1 << bit)));
      const shorter = Uint8Array.of(...signed.subarray(0, at), ...signed.subarray(at + 1));
      const longer = Uint8Array.of(...signed.subarray(0, at), 0, ...signed.subarray(at));
      for (const bytes of [...changed, shorter, longer, signed.subarray(0, at)]) {
        expect(coseRefusalOf(() => openSign1(bytes, type, trust)).code).toBeTypeOf('string');
      }
    }
  });

  it('survives hostile bytes and accepts none of them', () => {
    const mutated = fc
      .tuple(fc.nat(signed.length - 1), fc.nat(signed.length), fc.uint8Array({ maxLength: 24 }))
      .map(([from, to, bytes]) => Uint8Array.of(...signed.subarray(0, from), ...bytes, ...signed.subarray(to)))
      .filter((bytes) => hexOf(bytes) !== hexOf(signed));
    const tagged = fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.of(0xd2, 0x84, ...bytes));
    fc.assert(
      fc.property(fc.oneof(mutated, tagged, fc.uint8Array({ maxLength: 900 })), (bytes) => {
        try {
          openSign1(bytes, type, trust);
        } catch (error) {
          return isCoseError(error);
        }
        return false;
      }),
      { numRuns: 5000 },
    );
  });
});
