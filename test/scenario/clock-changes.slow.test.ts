import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { ConfigDocument, SlotConfig } from '../../protocol/messages/config.ts';
import { obedientWorld } from '../../sim/bench/obedient.ts';

const ZONE = 'Europe/Copenhagen';
const NIGHT_MINUTES = 5 * 60;
/**
 * Slots of one unit lie so far apart that a spring gap, which moves some of them by an hour, puts no two windows on
 * top of each other (60 = 4 · 13 + 8).
 */
const APART_MINUTES = 13;
const WINDOW_MINUTES = 4;

/** The nights on which the clocks change, found in the zone's own rules. */
function changeNights(fromYear: number, toYear: number): string[] {
  const nights: string[] = [];
  let at = Temporal.ZonedDateTime.from(`${fromYear}-01-01T00:00[${ZONE}]`).getTimeZoneTransition('next');
  for (; at !== null && at.year <= toYear; at = at.getTimeZoneTransition('next'))
    nights.push(at.toPlainDate().toString());
  return nights;
}

/** As many slots as one night holds, the first of them at `offset` minutes after midnight. */
function nightConfig(offset: number): ConfigDocument {
  const slots: SlotConfig[] = [];
  for (let minute = offset; minute < NIGHT_MINUTES; minute += APART_MINUTES) {
    const at = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    slots.push({ id: `m${minute}`, at, beforeMinutes: 0, afterMinutes: WINDOW_MINUTES });
  }
  return {
    version: 1,
    profile: 'dual-roll',
    zone: ZONE,
    language: 'da',
    serviceNumber: '70 12 34 56',
    regimen: { slots },
  };
}

describe('the nights on which the clocks change, 2026 to 2037', () => {
  const nights = changeNights(2026, 2037);

  it('are two a year', () => {
    expect(nights).toHaveLength(24);
  });

  it.for(nights)('give a slot at every minute of the night of %s one release, and lose no dose', (night) => {
    const startMs = Temporal.PlainDate.from(night)
      .subtract({ days: 1 })
      .toZonedDateTime({ timeZone: ZONE, plainTime: '12:00' }).epochMilliseconds;
    for (let offset = 0; offset < APART_MINUTES; offset += 1) {
      const config = nightConfig(offset);
      const { world, judge, releases, live } = obedientWorld({ config, startMs });
      const taken = live(2);
      const expected = config.regimen.slots.flatMap(({ id }) =>
        [night, nextDay(night)].map((date) => [`${id}/${date}`, 1]),
      );
      expect(new Map([...releases].sort())).toEqual(new Map(expected.sort() as [string, number][]));
      expect(taken).toBe(expected.length);
      expect(judge.violations).toEqual([]);
      world.dispose();
    }
  });
});

function nextDay(date: string): string {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toString();
}
