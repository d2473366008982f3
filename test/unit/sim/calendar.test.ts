import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { dateOf, dayNumberOf, isDate, weekdayOf, ZoneCalendar } from '../../../sim/prescription/calendar.ts';

const dayMs = 86_400_000;
const calendarOf = (zone: string, date = '2026-06-01') => ZoneCalendar.of(zone, dayNumberOf(date) * dayMs);

describe('the calendar of the prescription', () => {
  it('counts days as the Gregorian calendar does, over 200 years', () => {
    let date = Temporal.PlainDate.from('1950-01-01');
    for (let day = dayNumberOf('1950-01-01'); day < dayNumberOf('2150-01-01'); day += 13) {
      expect(dateOf(day)).toBe(date.toString());
      expect(dayNumberOf(date.toString())).toBe(day);
      expect(weekdayOf(day) + 1).toBe(date.dayOfWeek);
      date = date.add({ days: 13 });
    }
  });

  it('knows which dates exist', () => {
    expect(isDate('2028-02-29')).toBe(true);
    for (const text of ['2026-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '26-01-01', 'yesterday']) {
      expect(isDate(text)).toBe(false);
    }
  });

  it('reads local minutes in both clock changes as RFC 5545 does', () => {
    const copenhagen = calendarOf('Europe/Copenhagen');
    const at = (date: string, minute: number) => copenhagen.format(copenhagen.instantOf(dayNumberOf(date), minute));
    expect(at('2027-03-28', 150)).toBe('2027-03-28T03:30:00+02:00');
    expect(at('2026-10-25', 150)).toBe('2026-10-25T02:30:00+02:00');
    expect(at('2026-10-25', 180)).toBe('2026-10-25T03:00:00+01:00');
  });

  it.each([
    'Europe/Copenhagen',
    'America/New_York',
    'Australia/Lord_Howe',
    'Atlantic/Azores',
    'Asia/Kolkata',
    'Pacific/Chatham',
    'UTC',
  ])('agrees with Temporal about every half hour of two years in %s', (zone) => {
    const calendar = calendarOf(zone, '2026-01-01');
    for (let day = dayNumberOf('2026-01-01'); day < dayNumberOf('2028-01-01'); day += 1) {
      const date = Temporal.PlainDate.from(dateOf(day));
      const changes = date.toZonedDateTime(zone).hoursInDay !== 24;
      for (let minute = 0; minute < 1440; minute += changes ? 30 : 720) {
        const plainTime = Temporal.PlainTime.from({ hour: Math.floor(minute / 60), minute: minute % 60 });
        const expected = date.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
        expect(calendar.instantOf(day, minute)).toBe(expected);
      }
    }
  });
});
