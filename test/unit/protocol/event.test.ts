import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { encode } from '../../../protocol/cbor.ts';
import { doseCycleBytesMax, doseEventBytesMax, eventBytesMax, eventLimits } from '../../../protocol/limits.ts';
import { encodeBatch } from '../../../protocol/messages/batch.ts';
import {
  type AlarmCode,
  alarmCodes,
  alarmPriority,
  type DeviceEvent,
  decodeEvent,
  deviceEvent,
  encodeEvent,
  eventPriority,
  type ReleaseReason,
  readSeq,
} from '../../../protocol/messages/event.ts';
import { anyEvent, eventOf, eventTypes } from './arbitraries.ts';
import { bytesOf, hexOf, refusalOf } from './thrown.ts';

const uint32Max = 0xffff_ffff;
const largest = { seq: uint32Max, at: uint32Max, slot: 'before-lunch', date: '2149-06-06' } as const;

const taken: DeviceEvent = { type: 'dose.taken', seq: 3, at: 1_795_248_000, slot: 'noon', date: '2026-11-21' };

describe('the type DeviceEvent', () => {
  it('is a union told apart by its type', () => {
    type Missed = Extract<DeviceEvent, { type: 'dose.missed' }>;
    expectTypeOf<Missed>().toEqualTypeOf<{
      readonly type: 'dose.missed';
      readonly seq: number;
      readonly at: number;
      readonly suspect?: true;
      readonly slot: string;
      readonly date: string;
      readonly reason: ReleaseReason;
    }>();
    expectTypeOf<Extract<DeviceEvent, { type: 'alarm.raised' }>['code']>().toEqualTypeOf<AlarmCode>();
  });
});

describe('encodeEvent and decodeEvent', () => {
  it.each(eventTypes)('bring every %s back', (type) => {
    fc.assert(
      fc.property(eventOf(type), (event) => {
        expect(v.is(deviceEvent, event)).toBe(true);
        expect(decodeEvent(encodeEvent(event))).toEqual(event);
      }),
      { numRuns: 40 },
    );
  });

  it('refuse whatever the schema refuses', () => {
    const spoilt = fc.tuple(anyEvent, fc.nat(), fc.anything()).map(([event, position, value]) => {
      const names = Object.keys(event);
      return { ...event, [names[position % names.length] as string]: value } as DeviceEvent;
    });
    fc.assert(
      fc.property(
        // CBOR knows one zero, and JavaScript two.
        spoilt.filter((event) => Object.values(event).every((value) => value !== undefined && !Object.is(value, -0))),
        (event) => {
          if (v.is(deviceEvent, event)) expect(decodeEvent(encodeEvent(event))).toEqual(event);
          else expect(refusalOf(() => encodeEvent(event)).problem).not.toBe('');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('take the declared properties and leave any other behind', () => {
    const bytes = encodeEvent({ ...taken, citizen: 'Claus' } as DeviceEvent);
    expect(hexOf(bytes)).toBe(hexOf(encodeEvent(taken)));
  });

  it('name the place and the remedy', () => {
    expect(refusalOf(() => encodeEvent({ ...taken, date: '2026-02-30' })).message).toBe(
      'date must be a date written YYYY-MM-DD, from 1970 to 2149, not "2026-02-30".',
    );
    const { slot: _, ...rest } = taken;
    expect(refusalOf(() => encodeEvent(rest as DeviceEvent)).message).toBe(
      'slot is missing; it must be 1 to 12 small letters, digits and hyphens, such as "morning".',
    );
  });
});

describe('the wire budget', () => {
  const dose = eventTypes.filter((type) => type.startsWith('dose.') || type === 'sachet.swallowed');

  it.each(dose)('a %s has at most 40 bytes, whatever its values', (type) => {
    const biggest = eventOf(type).map((event) => ({ ...event, ...largest, suspect: true }) as DeviceEvent);
    fc.assert(
      fc.property(biggest, (event) => {
        expect(encodeEvent(event).length).toBeLessThanOrEqual(doseEventBytesMax);
      }),
      { numRuns: 40 },
    );
  });

  it('a dose released, presented and taken has at most 120 bytes in its batch', () => {
    // Released on a trusted clock, as always; the longest slot, late and inferred, and numbers of full width.
    const cycle: readonly DeviceEvent[] = [
      { type: 'dose.released', ...largest, roll: 'B' },
      { type: 'dose.presented', ...largest },
      { type: 'dose.taken', ...largest, late: true, inferred: true },
    ];
    const bytes = encodeBatch({ epoch: uint32Max, events: cycle.map(encodeEvent) });
    expect(bytes.length).toBeLessThanOrEqual(doseCycleBytesMax);
  });

  it('any event fits the place a batch has for it', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(encodeEvent(event).length).toBeLessThanOrEqual(eventBytesMax / 2);
      }),
    );
  });
});

describe('decodeEvent', () => {
  const wire = new Map<number, number | string>([
    [0, 2],
    [1, 9],
    [2, 100],
    [4, 'noon'],
    [5, 20_778],
  ]);
  const bytesWith = (...changes: readonly (readonly [number, number | string | boolean])[]) =>
    encode(new Map<number, number | string | boolean>([...wire, ...changes]), eventLimits);

  it('ignores keys of a newer sender', () => {
    expect(decodeEvent(bytesWith([30, 'new'], [31, 1]))).toEqual(decodeEvent(bytesWith()));
  });

  it.each([
    ['a seq of 0', [1, 0], 'invalid', 'seq'],
    ['a seq that is text', [1, '9'], 'invalid', 'seq'],
    ['a negative time', [2, -1], 'invalid', 'at'],
    ['a flag that is false', [3, false], 'invalid', 'suspect'],
    ['a slot with a capital', [4, 'Noon'], 'invalid', 'slot'],
    ['a slot with a line feed', [4, 'noon\n'], 'invalid', 'slot'],
    ['a date after 2149', [5, 65_536], 'invalid', 'date'],
    ['a type that nobody has defined', [0, 99], 'unknown-type', 'type'],
    ['a type that is text', [0, 'dose.taken'], 'unknown-type', 'type'],
  ] as const)('refuses %s', (_, change, code, path) => {
    expect(refusalOf(() => decodeEvent(bytesWith(change)))).toMatchObject({ code, path });
  });

  it('refuses a word whose number nobody has defined', () => {
    for (const number of [12, -1, 4_000_000_000]) {
      expect(refusalOf(() => decodeEvent(bytesWith([0, 4], [6, number])))).toMatchObject({ path: 'reason' });
    }
  });

  it.each(['01', '80', 'a0', '40', '60', 'f6'])('refuses %s, which is no event at all', (hex) => {
    expect(['invalid', 'unknown-type']).toContain(refusalOf(() => decodeEvent(bytesOf(hex))).code);
  });
});

describe('readSeq', () => {
  it('tells the number of an event of any version', () => {
    expect(readSeq(encodeEvent(taken))).toBe(3);
    expect(readSeq(bytesOf('a3 0018ff 0105 186301'))).toBe(5);
  });

  it('tells it also when what follows it is damaged', () => {
    expect(readSeq(encodeEvent({ ...taken, seq: 70_000 }).slice(0, -1))).toBe(70_000);
    expect(readSeq(bytesOf('a3 0003 0118ff 02fb'))).toBe(255);
    expect(readSeq(bytesOf('b818 0003 01190100 f7'))).toBe(256);
  });

  it.each([
    ['ff', 'its head'],
    ['a300', 'the end before it'],
    ['a30003011a0001', 'the end within it'],
    ['a30061ff0105', 'what stands before it'],
    ['a3000301 1b0000000000000005', 'its size'],
  ])('refuses %s: damaged is %s', (hex) => {
    expect(refusalOf(() => readSeq(bytesOf(hex))).code).not.toBe('missing');
  });

  it.each(['80', 'a0', 'a10100', 'a1016131'])('refuses %s, which has no number', (hex) => {
    expect(refusalOf(() => readSeq(bytesOf(hex))).path).toBe('seq');
  });
});

describe('priorities', () => {
  it('what waits for an answer overtakes history', () => {
    const first = eventTypes.filter((type) => eventPriority(type) === 'alarm');
    expect(first).toEqual(['dose.missed', 'dose.uncertain', 'alarm.raised', 'alarm.cleared']);
  });

  it('a lost dose is of high priority, a notice that leaves days is of low', () => {
    const high = alarmCodes.filter((code) => alarmPriority(code) === 'high');
    expect(high).toEqual(expect.arrayContaining(['dose-missed', 'dose-uncertain', 'mechanism-jam', 'tamper']));
    expect(alarmCodes.filter((code) => alarmPriority(code) === 'low')).toEqual([
      ...['mains-lost', 'stock-low', 'storage-filling', 'storage-wearing', 'battery-worn'],
      ...['tag-battery-low', 'tag-gone'],
    ]);
  });

  it('an emptying battery rises through all three', () => {
    expect((['mains-lost', 'battery-low', 'battery-critical'] as const).map(alarmPriority)).toEqual([
      'low',
      'medium',
      'high',
    ]);
  });
});
