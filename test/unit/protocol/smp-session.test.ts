import { decode as decodeElsewhere, encode as encodeElsewhere, rfc8949EncodeOptions, Tagged } from 'cborg';
import { describe, expect, it } from 'vitest';
import { signatures } from '../../../hal/crypto/ed25519.ts';
import { sessionProofMessage } from '../../../protocol/messages/session-proof.ts';
import {
  openTechnicianPass,
  passRoles,
  signTechnicianPass,
  technicianPassType,
  type VisitedUnit,
  whyNotAdmitted,
} from '../../../protocol/messages/technician-pass.ts';
import { Crc32 } from '../../../protocol/smp/crc32.ts';
import { refusalNumber, refusalOfNumber } from '../../../protocol/smp/refusal-number.ts';
import vectors from '../../../protocol/vectors/technician-pass.json' with { type: 'json' };
import { centre, coseRefusalOf, forger, kid, publicKeys, sha256, stranger, trust, verifyEd25519 } from './signing.ts';
import { issuedAt, pass, technicianKey } from './smp-session-samples.ts';
import { bytesOf, hexOf, refusalOf } from './thrown.ts';

const strict = { useMaps: true, strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true };
const passOf = (row: (typeof vectors.passes)[number]) =>
  ({ ...row.pass, key: bytesOf(row.pass.key) }) as unknown as typeof pass;

describe('a technician pass', () => {
  it.each(vectors.passes)('is what we sign ($name)', (row) => {
    expect(hexOf(signTechnicianPass(passOf(row), centre))).toBe(row.hex);
  });

  it.each(vectors.passes)('is what we open ($name)', (row) => {
    expect(openTechnicianPass(bytesOf(row.hex), trust)).toEqual(passOf(row));
  });

  it.each(vectors.passes)('is read and verified by another CBOR implementation ($name)', (row) => {
    const document = decodeElsewhere(bytesOf(row.hex), { ...strict, tags: Tagged.preserve(18) }) as Tagged;
    const [header, , payload, signature] = document.value as [Uint8Array, unknown, Uint8Array, Uint8Array];
    expect(decodeElsewhere(header, strict)).toEqual(
      new Map<number, unknown>([
        [1, -19],
        [3, technicianPassType.contentType],
        [4, kid],
      ]),
    );
    expect((decodeElsewhere(payload, strict) as Map<number, unknown>).get(1)).toBe(row.pass.id);
    const message = encodeElsewhere(['Signature1', header, new Uint8Array(), payload], rfc8949EncodeOptions);
    expect(verifyEd25519(publicKeys.centre, message, signature)).toBe(true);
  });

  it('numbers its roles as the vectors do', () => {
    expect(passRoles).toEqual(['technician', 'filler', 'reader']);
  });

  it('is not believed when any one of its bytes was changed', () => {
    const signed = signTechnicianPass(pass, centre);
    for (const index of signed.keys()) {
      const changed = signed.map((byte, at) => (at === index ? byte ^ 1 : byte));
      expect(coseRefusalOf(() => openTechnicianPass(changed, trust)).code).toEqual(expect.any(String));
    }
  });

  it.each([
    ['by a stranger', stranger, 'unknown-kid'],
    ['by somebody in the name of the centre', forger, 'bad-signature'],
  ])('is not believed when signed %s', (_, signer, code) => {
    expect(coseRefusalOf(() => openTechnicianPass(signTechnicianPass(pass, signer), trust)).code).toBe(code);
  });

  it.each([
    ['an id with a name in it', { id: 'Anna Jensen' }, 'id'],
    ['a short key', { key: Uint8Array.of(1) }, 'key'],
    ['no time at all', { expiresAt: pass.notBefore }, 'expiresAt'],
    ['a list of no devices', { devices: [] }, 'devices'],
  ])('is refused with %s', (_, change, path) => {
    expect(refusalOf(() => signTechnicianPass({ ...pass, ...change }, centre)).path).toBe(path);
  });
});

describe('the dates and devices of a pass', () => {
  const unit: VisitedUnit = { device: 'DK-0042', atLeast: issuedAt + 86_400, clockTrusted: true };

  it.each<[string, Partial<typeof pass>, Partial<VisitedUnit>, string | undefined]>([
    ['fit', {}, {}, undefined],
    ['fit where the unit is named', { devices: ['DK-0041', 'DK-0042'] }, {}, undefined],
    ['do not fit another unit', { devices: ['DK-0041'] }, {}, 'another-device'],
    ['do not fit a unit that does not know its name', { devices: ['DK-0042'] }, { device: null }, 'another-device'],
    ['fit a unit without a name when they name none', {}, { device: null }, undefined],
    ['end at the second of expiry', {}, { atLeast: pass.expiresAt }, 'expired'],
    ['hold until the second before', {}, { atLeast: pass.expiresAt - 1 }, undefined],
    ['begin later', {}, { atLeast: pass.notBefore - 301 }, 'not-yet-issued'],
    ['allow clocks to differ', {}, { atLeast: pass.notBefore - 300 }, undefined],
    ['let a technician in where the clock is lost', {}, { atLeast: 0, clockTrusted: false }, undefined],
    [
      'do not let an expired one in where the clock is lost',
      {},
      { atLeast: pass.expiresAt, clockTrusted: false },
      'expired',
    ],
  ])('%s', (_, changes, where, code) => {
    expect(whyNotAdmitted({ ...pass, ...changes }, { ...unit, ...where })?.code).toBe(code);
  });
});

describe('the proof of a session', () => {
  it.each(vectors.proofs)('is what we sign (for $device)', ({ device, nonce, passHash, message, proof }) => {
    const bytes = sessionProofMessage({ device, nonce: bytesOf(nonce), passHash: bytesOf(passHash) });
    expect(hexOf(bytes)).toBe(message);
    expect(hexOf(technicianKey.sign(bytes))).toBe(proof);
    expect(signatures.verify(technicianKey.publicKey, bytes, bytesOf(proof))).toBe(true);
  });

  it('is over the hash of the pass as it travels', () => {
    expect(vectors.proofs[0]?.passHash).toBe(hexOf(sha256(bytesOf(vectors.passes[0]?.hex ?? ''))));
  });

  it.each([
    ['nonce', { nonce: new Uint8Array(31) }],
    ['passHash', { passHash: new Uint8Array(33) }],
  ])('is never over a %s of another length', (path, change) => {
    const challenge = { device: null, nonce: new Uint8Array(32), passHash: new Uint8Array(32) };
    expect(refusalOf(() => sessionProofMessage({ ...challenge, ...change })).path).toBe(path);
  });
});

describe('numbers of our groups', () => {
  it('keep 1 for unknown and come back as words', () => {
    expect([refusalOfNumber(1), refusalOfNumber(refusalNumber('dose-open'))]).toEqual([undefined, 'dose-open']);
    expect(refusalNumber('too-large')).toBe(2);
  });
});

describe('CRC-32', () => {
  it('is that of IEEE 802.3, in one piece or several', () => {
    const text = new TextEncoder().encode('123456789');
    expect(new Crc32().update(text).digest()).toBe(0xcbf43926);
    expect(new Crc32().update(text.subarray(0, 4)).update(text.subarray(4)).digest()).toBe(0xcbf43926);
    expect(new Crc32().digest()).toBe(0);
  });
});
