import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CborMap, type CborValue, decode, encode } from '../../../protocol/cbor.ts';
import {
  decodeHandover,
  encodeHandover,
  type Handover,
  handedDosesMax,
  handoverBytesMax,
} from '../../../protocol/messages/handover.ts';
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
};
const limits = { bytesMax: handoverBytesMax, depthMax: 4, itemsMax: 8192 };
const wire = () => decode(encodeHandover(handover), limits) as CborMap;
const changed = (key: number, value: CborValue) => encode(new Map([...wire(), [key, value]]), limits);

describe('a handover', () => {
  it('is read as it was written', () => {
    expect(decodeHandover(encodeHandover(handover))).toEqual(handover);
    expect(hexOf(encodeHandover({ ...handover, doses: [] }))).toBe(
      'a90167444b2d3030343202070300041a6b014f8005181f06800701081a6b02a100091a6b014f9e',
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
  ])('is refused with the name of its field when %s is wrong', (path, key, value) => {
    expect(refusalOf(() => decodeHandover(changed(key, value)))).toMatchObject({ path });
  });

  it('is refused with a key that nobody knows', () => {
    expect(refusalOf(() => decodeHandover(changed(10, 1)))).toMatchObject({ code: 'unknown-key' });
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
