import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOfDay, dayOfDate } from '../../../protocol/civil-date.ts';

const msPerDay = 86_400_000;
const lastDay = 2_932_896;

describe('civil dates', () => {
  it('agree with the calendar of the language, from 1970 to 9999', () => {
    fc.assert(
      fc.property(fc.nat(lastDay), (day) => {
        const date = new Date(day * msPerDay).toISOString().slice(0, 10);
        expect(dateOfDay(day)).toBe(date);
        expect(dayOfDate(date)).toBe(day);
      }),
    );
    expect(dateOfDay(lastDay)).toBe('9999-12-31');
  });

  it.each([
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '1969-12-31',
    '2026-1-1',
    '26-01-01',
    '',
    '2026-11-21T00:00',
    '2026-11-21\n',
  ])('refuse %j', (text) => {
    expect(dayOfDate(text)).toBeUndefined();
  });

  it('know leap years', () => {
    expect(dayOfDate('2028-02-29')).toBeDefined();
    expect(dayOfDate('2100-02-29')).toBeUndefined();
    expect(dayOfDate('2000-02-29')).toBeDefined();
  });
});
