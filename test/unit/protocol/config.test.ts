import fc from 'fast-check';
import type * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type CborMap, type CborValue, decode, encode } from '../../../protocol/cbor.ts';
import { configLimits } from '../../../protocol/limits.ts';
import {
  type ConfigDocument,
  type configDocument,
  configProblems,
  decodeConfig,
  encodeConfig,
  parseConfig,
  type Weekday,
} from '../../../protocol/messages/config.ts';
import { anyConfig } from './arbitraries.ts';
import { refusalOf } from './thrown.ts';

const slot = { id: 'morning', at: '08:00', beforeMinutes: 30, afterMinutes: 60 } as const;
const config: ConfigDocument = {
  version: 1,
  profile: 'roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '+45 70 12 34 56',
  regimen: { slots: [slot] },
};

const withSlot = (change: object) => ({ ...config, regimen: { slots: [{ ...slot, ...change }] } });

describe('the type ConfigDocument', () => {
  it('has absent settings where the schema has optional ones', () => {
    expectTypeOf<ConfigDocument['regimen']['slots'][number]>().toEqualTypeOf<{
      readonly id: string;
      readonly at: string;
      readonly days?: readonly Weekday[];
      readonly beforeMinutes: number;
      readonly afterMinutes: number;
      readonly sachets?: number;
      readonly roll?: 'A' | 'B';
    }>();
    expectTypeOf<v.InferOutput<typeof configDocument>>().toEqualTypeOf<ConfigDocument>();
  });
});

describe('encodeConfig and decodeConfig', () => {
  it('bring every document back', () => {
    fc.assert(
      fc.property(anyConfig, (document) => {
        expect(configProblems(document)).toEqual([]);
        expect(decodeConfig(encodeConfig(document))).toEqual(document);
      }),
      { numRuns: 200 },
    );
  });

  it('put the days in the order of the week', () => {
    const decoded = decodeConfig(encodeConfig(withSlot({ days: ['sun', 'mon'] }) as ConfigDocument));
    expect(decoded.regimen.slots[0]?.days).toEqual(['mon', 'sun']);
  });

  it('refuse settings of a newer centre, at any level', () => {
    const wire = decode(encodeConfig(config), configLimits) as CborMap;
    const regimen = wire.get(6) as CborMap;
    const slots = regimen.get(1) as readonly CborMap[];
    const extended = (map: CborMap) => new Map([...map, [30, 1]] as [number, CborValue][]);
    const changed = (key: number, value: CborValue) => new Map([...wire, [key, value]] as [number, CborValue][]);
    const documents = [
      ['', extended(wire)],
      ['regimen', changed(6, extended(regimen))],
      ['regimen.slots.0', changed(6, new Map([[1, slots.map(extended)]]))],
    ] as const;
    for (const [path, document] of documents) {
      const refusal = refusalOf(() => decodeConfig(encode(document, configLimits)));
      expect(refusal).toMatchObject({ code: 'unknown-key', path });
    }
  });

  it('refuse a wrong value at its place', () => {
    const refusal = refusalOf(() => encodeConfig(withSlot({ at: '8:00' }) as ConfigDocument));
    expect(refusal.message).toBe('regimen.slots.0.at must be a time written HH:MM, from 00:00 to 23:59, not "8:00".');
  });
});

describe('parseConfig', () => {
  it('answers the document when it is right', () => {
    expect(parseConfig(config)).toEqual(config);
  });

  it('refuses with the first problem', () => {
    expect(refusalOf(() => parseConfig({ ...config, version: 0, language: 'sv' })).path).toBe('version');
  });
});

describe('configProblems', () => {
  it.each([
    [withSlot({ at: '25:00' }), 'regimen.slots.0.at must be a time written HH:MM, from 00:00 to 23:59, not "25:00".'],
    [withSlot({ at: 480 }), 'regimen.slots.0.at must be a time written HH:MM, from 00:00 to 23:59, not 480.'],
    [withSlot({ afterMinutes: 0 }), 'regimen.slots.0.afterMinutes must be a whole number from 1 to 720, not 0.'],
    [withSlot({ sachets: 9.5 }), 'regimen.slots.0.sachets must be a whole number from 1 to 8, not 9.5.'],
    [withSlot({ roll: 'C' }), 'regimen.slots.0.roll must be one of A, B, not "C".'],
    [
      withSlot({ days: ['mon', 'mon'] }),
      'regimen.slots.0.days must be a list of different words out of mon, tue, wed, thu, fri, sat, sun, at least one, not a list of 2.',
    ],
    [
      withSlot({ days: ['man'] }),
      'regimen.slots.0.days.0 must be one of mon, tue, wed, thu, fri, sat, sun, not "man".',
    ],
    [
      withSlot({ beforeMinuts: 3 }),
      'regimen.slots.0.beforeMinuts is not known in slot; remove it, or correct its name to one of id, at, days, beforeMinutes, afterMinutes, sachets, roll.',
    ],
    [{ ...config, regimen: { slots: [] } }, 'regimen.slots must be a list of 1 to 24, not a list of 0.'],
    [
      { ...config, regimen: { slots: Array.from({ length: 25 }, () => slot) } },
      'regimen.slots must be a list of 1 to 24, not a list of 25.',
    ],
    [
      { ...config, regimen: undefined },
      'regimen must be a group of slots, minIntervalMinutes, prescription, not nothing.',
    ],
    [
      { ...config, profile: 'medido' },
      'profile must be one of tray, roll, dual-roll, cassette, clock, video, app, not "medido".',
    ],
    [
      { ...config, serviceNumber: 'x'.repeat(41) },
      'serviceNumber must be a telephone number of 1 to 20 characters, such as "+45 70 12 34 56", not a text of 41 characters.',
    ],
    [
      { ...config, zone: 'Europe/Copenhagen; rm' },
      'zone must be the IANA name of a time zone, such as "Europe/Copenhagen", not "Europe/Copenhagen; rm".',
    ],
    [{ ...config, presentMinutes: null }, 'presentMinutes must be a whole number from 1 to 240, not null.'],
  ])('says what, where and how to mend it (%#)', (document, sentence) => {
    expect(configProblems(document).map((problem) => problem.message)).toEqual([sentence]);
  });

  it('tells a missing setting from an unknown one and a wrong one', () => {
    const { zone: _, ...rest } = config;
    const problems = configProblems({ ...rest, zon: 'UTC', version: -1 });
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['version', 'invalid'],
      ['zone', 'missing'],
      ['zon', 'unknown-key'],
    ]);
  });

  it.each([null, 3, 'text', true])('refuses %j as a whole', (document) => {
    expect(configProblems(document)[0]?.message).toMatch(/^The message must be a group of version, /);
  });
});
