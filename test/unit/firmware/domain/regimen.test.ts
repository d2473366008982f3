import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, weekdayOf } from '../../../../firmware/domain/civil-time.ts';
import { dosesOn, dosesOpening, isRegimen, type Regimen, readRegimen } from '../../../../firmware/domain/regimen.ts';
import { type ConfigDocument, type Weekday, weekdays } from '../../../../protocol/messages/config.ts';
import { CONFIG, DAY, HOUR, MINUTE } from '../rig.ts';
import { PATIENCE, runs } from '../walk.ts';

type Slot = ConfigDocument['regimen']['slots'][number];

const slot = (id: string, at: string, more: Partial<Slot> = {}): Slot => ({
  id,
  at,
  beforeMinutes: 30,
  afterMinutes: 60,
  ...more,
});

function read(slots: readonly Slot[], more: { zone?: string; minIntervalMinutes?: number } = {}) {
  const { zone = CONFIG.zone, ...regimen } = more;
  return readRegimen({ ...CONFIG, zone, regimen: { slots: [...slots], ...regimen } });
}

function regimenOf(...asked: Parameters<typeof read>): Regimen {
  const regimen = read(...asked);
  if (!isRegimen(regimen)) throw new Error(regimen.map(({ sentence }) => sentence).join(' '));
  return regimen;
}

function sentences(...asked: Parameters<typeof read>): readonly string[] {
  const problems = read(...asked);
  return isRegimen(problems) ? [] : problems.map(({ path, sentence }) => `${path}: ${sentence}`);
}

describe('readRegimen', () => {
  it('puts the slots in order of the day and fills in what a document leaves out', () => {
    const { slots, minIntervalMs } = regimenOf([slot('evening', '20:00'), slot('morning', '08:00', { days: ['mon'] })]);
    expect(slots).toEqual([
      { id: 'morning', at: '08:00', days: ['mon'], beforeMs: 30 * MINUTE, afterMs: HOUR, sachets: 1, roll: null },
      { id: 'evening', at: '20:00', days: weekdays, beforeMs: 30 * MINUTE, afterMs: HOUR, sachets: 1, roll: null },
    ]);
    expect(minIntervalMs).toBe(0);
  });

  it('accepts windows that touch', () => {
    const touching = [slot('a', '08:00', { afterMinutes: 60 }), slot('b', '10:00', { beforeMinutes: 60 })];
    expect(sentences(touching)).toEqual([]);
  });

  it('refuses windows that overlap by a minute, and says by how much and what to do', () => {
    const overlapping = [slot('a', '08:00', { afterMinutes: 60 }), slot('b', '10:00', { beforeMinutes: 61 })];
    expect(sentences(overlapping)).toEqual([
      'regimen.slots.b: The windows of "a" and "b" overlap by 1 minutes; ' +
        'shorten one or move its time, so that a press can only mean one dose.',
    ]);
  });

  it('sees an overlap across midnight', () => {
    const [problem] = sentences([slot('night', '23:30', { afterMinutes: 90 }), slot('early', '01:00')]);
    expect(problem).toContain('"night" and "early" overlap by 30 minutes');
  });

  it('sees an overlap between Sunday night and Monday morning, and none where the days do not meet', () => {
    const night = slot('night', '23:30', { days: ['sun'], afterMinutes: 90 });
    const early = (day: Weekday): Slot => slot('early', '01:00', { days: [day] });
    expect(sentences([night, early('mon')])).toHaveLength(1);
    expect(sentences([night, early('tue')])).toEqual([]);
    expect(sentences([night, early('sun')])).toEqual([]);
  });

  it('sees a slot whose window meets itself on the next day', () => {
    expect(sentences([slot('a', '08:00', { beforeMinutes: 720, afterMinutes: 720 })])).toEqual([]);
    const [problem] = sentences([
      slot('a', '08:00', { beforeMinutes: 720, afterMinutes: 720 }),
      slot('b', '08:00', { days: ['wed'] }),
    ]);
    expect(problem).toContain('overlap');
  });

  it('refuses slots closer than the least interval, also across the end of the week', () => {
    const close = [slot('late', '22:00', { days: ['sun'] }), slot('early', '05:00', { days: ['mon'] })];
    expect(sentences(close, { minIntervalMinutes: 420 })).toEqual([]);
    expect(sentences(close, { minIntervalMinutes: 421 })).toEqual([
      'regimen.slots.early: "late" and "early" are 420 minutes apart but the least interval is 421; ' +
        'move one or lower minIntervalMinutes.',
    ]);
  });

  it('refuses a zone nobody knows', () => {
    expect(sentences([slot('a', '08:00')], { zone: 'Europe/Atlantis' })).toEqual([
      'zone: "Europe/Atlantis" is not a known time zone; write an IANA name such as Europe/Copenhagen.',
    ]);
  });

  it('refuses two slots of one name', () => {
    expect(sentences([slot('a', '08:00'), slot('a', '12:00')])).toEqual([
      'regimen.slots.a: Two slots are called "a"; give each slot its own id.',
    ]);
  });

  it('finds everything that is wrong, not only the first', () => {
    const problems = sentences([slot('a', '08:00'), slot('a', '12:00'), slot('c', '12:30')], { zone: 'Nowhere' });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['zone', 'regimen.slots.a', 'regimen.slots.c']);
  });
});

describe('dosesOn', () => {
  it('names a dose by slot and local date, with its instants, untouched', () => {
    const regimen = regimenOf([slot('morning', '08:00', { sachets: 2, roll: 'B' })]);
    const dueMs = Date.parse('2026-11-20T08:00+01:00');
    expect(dosesOn(regimen, '2026-11-20')).toEqual([
      {
        key: 'morning/2026-11-20',
        slot: 'morning',
        date: '2026-11-20',
        opensMs: dueMs - 30 * MINUTE,
        dueMs,
        closesMs: dueMs + HOUR,
        sachets: 2,
        roll: 'B',
        fate: 'due',
        moved: 0,
        owed: 0,
        ahead: false,
        changedMs: dueMs - 30 * MINUTE,
      },
    ]);
  });

  it('gives a day only the slots of its weekday', () => {
    const regimen = regimenOf([slot('daily', '08:00'), slot('weekly', '12:00', { days: ['fri'] })]);
    expect(dosesOn(regimen, '2026-11-20').map(({ key }) => key)).toEqual(['daily/2026-11-20', 'weekly/2026-11-20']);
    expect(dosesOn(regimen, '2026-11-21').map(({ key }) => key)).toEqual(['daily/2026-11-21']);
  });

  it('has one dose in the night that repeats an hour and one in the night that skips it', () => {
    const regimen = regimenOf([slot('night', '02:30')]);
    expect(dosesOn(regimen, '2026-10-25')).toHaveLength(1);
    const [skipped] = dosesOn(regimen, '2027-03-28');
    expect(skipped?.dueMs).toBe(Date.parse('2027-03-28T03:30+02:00'));
  });
});

/** Zones whose clocks change within a day, at its start and at its end, by an hour and by half of one. */
const ZONES = [
  'Europe/Copenhagen',
  'America/Nuuk',
  'Africa/Cairo',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'America/Santiago',
] as const;

const anySlot = fc.record({
  minute: fc.oneof(
    fc.integer({ min: 0, max: 1439 }),
    fc.integer({ min: 0, max: 200 }),
    fc.integer({ min: 1320, max: 1439 }),
  ),
  beforeMinutes: fc.integer({ min: 0, max: 720 }),
  afterMinutes: fc.integer({ min: 1, max: 720 }),
  days: fc.option(fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 })),
});

/** Not only regimens that would be accepted: clock changes make windows meet that were apart. */
const anyRegimen = fc
  .tuple(
    fc.uniqueArray(anySlot, { minLength: 1, maxLength: 4, selector: ({ minute }) => minute }),
    fc.constantFrom(...ZONES),
  )
  .map(
    ([slots, zone]): Regimen => ({
      zone,
      minIntervalMs: 0,
      prescription: 0,
      slots: slots.map(({ minute, beforeMinutes, afterMinutes, days }, index) => ({
        id: `s${index}`,
        at: `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
        days: days ?? weekdays,
        beforeMs: beforeMinutes * MINUTE,
        afterMs: afterMinutes * MINUTE,
        sachets: 1,
        roll: null,
      })),
    }),
  );

/** The plainest answer: every slot of every day from long before to long after. */
function byDayLoop(regimen: Regimen, fromMs: number, toMs: number): string[] {
  const opening: [number, string][] = [];
  for (let ms = fromMs - 3 * DAY; ms <= toMs + 3 * DAY; ms += DAY) {
    const date = new Date(ms).toISOString().slice(0, 10);
    for (const { id, at, days, beforeMs } of regimen.slots) {
      if (!days.includes(weekdayOf(date))) continue;
      const opensMs = instantOf(date, at, regimen.zone) - beforeMs;
      if (opensMs >= fromMs && opensMs <= toMs) opening.push([opensMs, `${id}/${date}`]);
    }
  }
  return opening.sort(([a, keyA], [b, keyB]) => a - b || (keyA < keyB ? -1 : 1)).map(([, key]) => key);
}

/** Most ranges lie over a clock change of some zone. */
const anyRange = fc
  .tuple(
    fc.constantFrom('2026-10-24', '2027-03-27', '2027-03-28', '2027-04-30', '2027-10-28', '2027-04-03', '2028-02-28'),
    fc.integer({ min: -2 * 1440, max: 2 * 1440 }),
    fc.integer({ min: 0, max: 5 * 1440 }),
  )
  .map(([date, offset, length]) => {
    const fromMs = Date.parse(`${date}T22:00Z`) + offset * MINUTE;
    return { fromMs, toMs: fromMs + length * MINUTE };
  });

describe('dosesOpening', () => {
  it('loses no dose and doubles none over any range, in order of opening', PATIENCE, () => {
    fc.assert(
      fc.property(anyRegimen, anyRange, (regimen, { fromMs, toMs }) => {
        const doses = [...dosesOpening(regimen, fromMs, toMs)];
        expect(doses.map(({ key }) => key).sort()).toEqual(byDayLoop(regimen, fromMs, toMs).sort());
        for (const [index, dose] of doses.entries()) {
          expect(dose.opensMs).toBeGreaterThanOrEqual(doses[index - 1]?.opensMs ?? fromMs);
        }
      }),
      runs(300),
    );
  });

  it('finds a dose that the spring gap pushes into the next day', () => {
    const regimen = regimenOf([slot('late', '23:30', { beforeMinutes: 10 })], { zone: 'America/Nuuk' });
    const midnight = Date.parse('2027-03-28T00:00-01:00');
    const keys = [...dosesOpening(regimen, midnight, midnight + 2 * HOUR)].map(({ key }) => key);
    expect(keys).toEqual(['late/2027-03-27']);
  });

  it('finds a dose whose window opens the evening before its date', () => {
    const regimen = regimenOf([slot('early', '00:30', { beforeMinutes: 120 })]);
    const evening = Date.parse('2026-11-20T22:00+01:00');
    const keys = [...dosesOpening(regimen, evening, evening + HOUR)].map(({ key }) => key);
    expect(keys).toEqual(['early/2026-11-21']);
  });
});
