import { describe, expect, it } from 'vitest';
import { durationIn, instantIn } from '../../../tools/program/instants.ts';

const zone = 'Europe/Copenhagen';
const iso = (text: string, where = zone) => {
  const seconds = instantIn(text, where);
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
};

describe('a duration', () => {
  it.each([
    ['45s', 45],
    ['30m', 1_800],
    ['2h', 7_200],
    ['7d', 604_800],
    ['0s', 0],
  ])('is a number with its unit: %s', (text, seconds) => {
    expect(durationIn(text)).toBe(seconds);
  });

  it.each(['', '2', 'h', '2 h', '-2h', '2w', '1.5h', '1234567s'])('is not "%s"', (text) => {
    expect(durationIn(text)).toBeUndefined();
  });
});

describe('an instant', () => {
  it.each([
    ['2026-11-21T08:02', '2026-11-21T07:02:00.000Z'],
    ['2026-07-21T08:02', '2026-07-21T06:02:00.000Z'],
    ['2026-11-21', '2026-11-20T23:00:00.000Z'],
    ['21.11.2026, 08.02', '2026-11-21T07:02:00.000Z'],
    ['21/11/2026 08:02', '2026-11-21T07:02:00.000Z'],
    ['1.7.2026', '2026-06-30T22:00:00.000Z'],
    ['2027-03-28T02:30', '2027-03-28T01:30:00.000Z'],
    ['2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
  ])('is by the clocks of the zone: %s', (text, instant) => {
    expect(iso(text)).toBe(instant);
  });

  it.each(['2026-11-21T08:02Z', '2026-11-21T09:02+01:00'])('says itself which it means: %s', (text) => {
    expect(iso(text)).toBe('2026-11-21T08:02:00.000Z');
    expect(iso(text, 'America/New_York')).toBe('2026-11-21T08:02:00.000Z');
  });

  it.each(['', 'yesterday', '2026-02-31T10:00', '31.2.2026', '2026-11-21T25:00', '12', '2026'])(
    'is not "%s"',
    (text) => {
      expect(iso(text)).toBeUndefined();
    },
  );
});
