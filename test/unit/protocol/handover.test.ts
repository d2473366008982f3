import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatures } from '../../../hal/crypto/ed25519.ts';
import { type CborMap, type CborValue, decode, encode } from '../../../protocol/cbor.ts';
import type { Signer } from '../../../protocol/cose/sign1.ts';
import {
  decodeHandover,
  encodeHandover,
  type Handover,
  handedDosesMax,
  handoverBytesMax,
  openHandover,
  signHandover,
} from '../../../protocol/messages/handover.ts';
import { attestation } from './attestation.ts';
import { coseRefusalOf } from './signing.ts';
import { hexOf, refusalOf } from './thrown.ts';

const at = 1_795_248_000;
const dose: Handover['doses'][number] = {
  slot: 'morning',
  date: '2026-11-21',
  fate: 'taken',
  opensAt: at - 1800,
  dueAt: at,
  closesAt: at + 3600,
  sachets: 1,
};
const handover: Handover = {
  device: 'DK-0042',
  epoch: 7,
  source: 'unit',
  at,
  lastSeq: 31,
  doses: [dose, { ...dose, slot: 'evening', fate: 'due', opensAt: at, dueAt: at + 60, closesAt: at + 120 }],
  presence: 'away',
  until: at + 86_400,
  lastDoseAt: at + 30,
  heir: Uint8Array.of(1, 2),
  plan: 5,
};
const limits = { bytesMax: handoverBytesMax, depthMax: 4, itemsMax: 8192 };
const wire = () => decode(encodeHandover(handover), limits) as CborMap;
const changed = (key: number, value: CborValue) => encode(new Map([...wire(), [key, value]]), limits);

describe('a handover', () => {
  it('is read as it was written', () => {
    expect(decodeHandover(encodeHandover(handover))).toEqual(handover);
    expect(hexOf(encodeHandover({ ...handover, doses: [] }))).toBe(
      'ab0167444b2d3030343202070300041a6b014f8005181f06800701081a6b02a100091a6b014f9e0a4201020b05',
    );
  });

  it('holds as many doses as a unit can have', () => {
    const doses = Array.from({ length: handedDosesMax }, (_, index) => ({
      ...dose,
      slot: 'before-lunch',
      date: new Date((at + index * 86_400) * 1000).toISOString().slice(0, 10),
      sachets: 8,
    }));
    expect(decodeHandover(encodeHandover({ ...handover, doses })).doses).toEqual(doses);
  });

  it.each([
    ['device', 1, 'a/b'],
    ['epoch', 2, -1],
    ['source', 3, 2],
    ['at', 4, 'now'],
    ['lastSeq', 5, null],
    ['doses', 6, 0],
    ['presence', 7, 3],
    ['until', 8, -1],
    ['lastDoseAt', 9, true],
    ['heir', 10, new Uint8Array()],
    ['plan', 11, 0],
  ])('is refused with the name of its field when %s is wrong', (path, key, value) => {
    expect(refusalOf(() => decodeHandover(changed(key, value)))).toMatchObject({ path });
  });

  it('is refused with a key that nobody knows', () => {
    expect(refusalOf(() => decodeHandover(changed(12, 1)))).toMatchObject({ code: 'unknown-key' });
  });

  it('names each dose once, in a window that opens before it closes', () => {
    const refused = (doses: Handover['doses'], source: Handover['source'] = 'unit') =>
      refusalOf(() => encodeHandover({ ...handover, source, doses }));
    expect(refused([dose, dose])).toMatchObject({ path: 'doses.1', code: 'duplicate-key' });
    expect(refused([{ ...dose, opensAt: dose.dueAt + 1 }])).toMatchObject({ path: 'doses.0', code: 'invalid' });
    expect(refused([{ ...dose, closesAt: dose.dueAt - 1 }])).toMatchObject({ path: 'doses.0', code: 'invalid' });
  });

  it('does not let the centre speak of an open dose', () => {
    const doses = [{ ...dose, fate: 'due' as const }];
    expect(refusalOf(() => encodeHandover({ ...handover, source: 'centre', doses }))).toMatchObject({
      path: 'doses.0',
    });
  });

  it('is a handover or a refusal, whatever the bytes', () => {
    const whole = encodeHandover(handover);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (index, value) => {
        const bytes = Uint8Array.from(whole);
        bytes[index] = value;
        try {
          decodeHandover(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ProtocolError' });
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a signed handover', () => {
  const [donor, centre, other] = [attestation(1), attestation(2), attestation(3)];
  const { verify } = signatures;
  const trust = { predecessors: [donor.trusted], centre: [centre.trusted], verify };
  const fromCentre: Handover = { ...handover, source: 'centre', doses: [dose] };

  it('is believed of the one that it names as its source', () => {
    expect(openHandover(signHandover(handover, donor.signer), trust)).toEqual(handover);
    expect(openHandover(signHandover(fromCentre, centre.signer), trust)).toEqual(fromCentre);
  });

  it('has room for all doses that a unit can have', () => {
    const doses = Array.from({ length: handedDosesMax }, (_, index) => ({ ...dose, slot: `before-l-${index}` }));
    const signed = signHandover({ ...handover, doses }, donor.signer);
    expect(signed.length).toBeLessThanOrEqual(handoverBytesMax);
    expect(openHandover(signed, trust).doses).toEqual(doses);
  });

  it('is nobody’s when a unit speaks for the centre, or the centre for a unit', () => {
    const refused = (said: Handover, signer: Signer) =>
      coseRefusalOf(() => openHandover(signHandover(said, signer), trust)).code;
    expect(refused(fromCentre, donor.signer)).toBe('unknown-kid');
    expect(refused(handover, centre.signer)).toBe('unknown-kid');
    expect(refused(handover, other.signer)).toBe('unknown-kid');
    expect(refused(handover, { ...other.signer, kid: donor.signer.kid })).toBe('bad-signature');
  });

  it('is refused with any bit of it turned', () => {
    const signed = signHandover({ ...handover, doses: [] }, donor.signer);
    for (let bit = 0; bit < signed.length * 8; bit += 1) {
      const bytes = Uint8Array.from(signed);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => openHandover(bytes, trust), `bit ${bit}`).toThrow();
    }
  });
});
