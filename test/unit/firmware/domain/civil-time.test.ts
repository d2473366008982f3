import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayAfter,
  instantOf,
  isZone,
  localDateAt,
  localTimeAt,
  minutesOf,
  weekdayOf,
} from '../../../../firmware/domain/civil-time.ts';
import { DAY, HOUR, MINUTE } from '../rig.ts';

const COPENHAGEN = 'Europe/Copenhagen';
const at = (iso: string): number => Date.parse(iso);

/** Local date and time by the other implementation at hand, ICU's. */
function localByIcu(ms: number, zone: string): { date: string; time: string } {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(ms);
  const [date = '', time = ''] = parts.split(' ');
  return { date, time };
}

describe('instantOf', () => {
  it.each([
    ['an ordinary winter morning', '2026-11-20', '08:00', '2026-11-20T08:00+01:00'],
    ['an ordinary summer morning', '2026-07-01', '08:00', '2026-07-01T08:00+02:00'],
    ['the last minute before the spring gap', '2027-03-28', '01:59', '2027-03-28T01:59+01:00'],
    ['a time in the spring gap: as much later', '2027-03-28', '02:30', '2027-03-28T03:30+02:00'],
    ['the first minute of the spring gap', '2027-03-28', '02:00', '2027-03-28T03:00+02:00'],
    ['a time that the autumn night repeats: the first of the two', '2026-10-25', '02:30', '2026-10-25T02:30+02:00'],
    ['the same in the next year', '2027-10-31', '02:30', '2027-10-31T02:30+02:00'],
    ['the minute after the repeated hour', '2026-10-25', '03:00', '2026-10-25T03:00+01:00'],
    ['the leap day', '2028-02-29', '00:00', '2028-02-29T00:00+01:00'],
  ])('reads %s', (_, date, time, instant) => {
    expect(instantOf(date, time, COPENHAGEN)).toBe(at(instant));
  });

  it('puts a gap at the end of a day into the next day, as in Nuuk', () => {
    expect(instantOf('2027-03-27', '23:30', 'America/Nuuk')).toBe(at('2027-03-28T00:30-01:00'));
  });

  it('agrees with ICU on every minute that exists, over all the clock changes of 2026 to 2037', () => {
    const day = fc.integer({ min: at('2026-01-01T00:00Z') / DAY, max: at('2037-12-31T00:00Z') / DAY });
    const zone = fc.constantFrom(COPENHAGEN, 'America/Nuuk', 'Africa/Cairo', 'Australia/Lord_Howe', 'Asia/Kolkata');
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 24 * 60 - 1 }), zone, (epochDay, minute, zoneName) => {
        const { date, time } = localByIcu(epochDay * DAY + minute * MINUTE, zoneName);
        const ms = instantOf(date, time, zoneName);
        expect(localByIcu(ms, zoneName)).toEqual({ date, time });
        // Of two instants with the same wall time, the earlier.
        expect(epochDay * DAY + minute * MINUTE - ms).toBeOneOf([0, HOUR, HOUR / 2]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('localDateAt and localTimeAt', () => {
  it('change the date at local midnight, not at midnight UTC', () => {
    expect(localDateAt(at('2026-11-20T00:00+01:00') - 1, COPENHAGEN)).toBe('2026-11-19');
    expect(localDateAt(at('2026-11-20T00:00+01:00'), COPENHAGEN)).toBe('2026-11-20');
    expect(localDateAt(at('2026-11-20T23:59:59.999+01:00'), COPENHAGEN)).toBe('2026-11-20');
  });

  it('give both passes of the repeated hour the same wall time and date', () => {
    const first = at('2026-10-25T02:30+02:00');
    for (const ms of [first, first + HOUR]) {
      expect(localTimeAt(ms, COPENHAGEN)).toBe('02:30');
      expect(localDateAt(ms, COPENHAGEN)).toBe('2026-10-25');
    }
  });

  it('agree with ICU whatever was asked before, in whatever zone', () => {
    const zones = [COPENHAGEN, 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Africa/Cairo', 'America/Nuuk'] as const;
    const instant = fc.integer({ min: at('2026-01-01T00:00Z') / MINUTE, max: at('2030-01-01T00:00Z') / MINUTE });
    fc.assert(
      fc.property(fc.array(fc.tuple(instant, fc.constantFrom(...zones)), { minLength: 1, maxLength: 30 }), (asked) => {
        for (const [minute, zone] of asked) {
          const local = { date: localDateAt(minute * MINUTE, zone), time: localTimeAt(minute * MINUTE, zone) };
          expect(local).toEqual(localByIcu(minute * MINUTE, zone));
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the calendar', () => {
  it('knows leap days and year ends', () => {
    expect(dayAfter('2028-02-28')).toBe('2028-02-29');
    expect(dayAfter('2028-02-29')).toBe('2028-03-01');
    expect(dayAfter('2027-02-28')).toBe('2027-03-01');
    expect(dayAfter('2026-12-31')).toBe('2027-01-01');
  });

  it('knows the day of the week', () => {
    expect(weekdayOf('2026-11-20')).toBe('fri');
    expect(weekdayOf('2026-11-22')).toBe('sun');
    expect(weekdayOf('2026-11-23')).toBe('mon');
  });

  it('counts minutes since midnight', () => {
    expect(minutesOf('00:00')).toBe(0);
    expect(minutesOf('09:05')).toBe(545);
    expect(minutesOf('23:59')).toBe(1439);
  });

  it.each([
    ['Europe/Copenhagen', true],
    ['UTC', true],
    ['Europe/Atlantis', false],
    ['', false],
  ])('tells whether "%s" is a zone', (zone, is) => {
    expect(isZone(zone)).toBe(is);
  });
});
