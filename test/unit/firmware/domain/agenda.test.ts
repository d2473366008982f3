import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agenda, dosesAhead, firstUnended, nextDose, openDose } from '../../../../firmware/domain/agenda.ts';
import { type Dose, type Fate, isFinal } from '../../../../firmware/domain/dose.ts';
import { applyChange, type Memory } from '../../../../firmware/domain/memory.ts';
import { dosesOpening } from '../../../../firmware/domain/regimen.ts';
import type { ConfigDocument } from '../../../../protocol/messages/config.ts';
import { DAY, freshMemory, HOUR, MINUTE } from '../rig.ts';
import { PATIENCE, runs } from '../walk.ts';

const at = (time: string, date = '2026-11-20'): number => Date.parse(`${date}T${time}+01:00`);
const START = at('06:00');

function withFate(memory: Memory, key: string, fate: Fate): Memory {
  const dose = [...agenda(memory, START + 10 * DAY)].find((candidate) => candidate.key === key);
  if (dose === undefined) throw new Error(`No dose ${key} on the agenda.`);
  return applyChange(memory, { set: 'dose', dose: { ...dose, fate } });
}

describe('openDose', () => {
  const memory = freshMemory({}, START);

  it('is open from the first to just before the last instant of its window', () => {
    expect(openDose(memory, at('07:30') - 1)).toBeNull();
    expect(openDose(memory, at('07:30'))?.key).toBe('morning/2026-11-20');
    expect(openDose(memory, at('09:00') - 1)?.key).toBe('morning/2026-11-20');
    expect(openDose(memory, at('09:00'))).toBeNull();
  });

  it.each(['taken', 'takenOut', 'retracted', 'missed', 'withheld', 'presented', 'uncertain'] as const)(
    'does not mean a dose that is %s',
    (fate) => {
      expect(openDose(withFate(memory, 'morning/2026-11-20', fate), at('08:00'))).toBeNull();
    },
  );

  it('still means a dose that is being released', () => {
    const releasing = withFate(memory, 'morning/2026-11-20', 'releasing');
    expect(openDose(releasing, at('08:00'))?.fate).toBe('releasing');
  });

  it('opens nothing that the schedule has passed, whatever the clock says', () => {
    const passed = applyChange(memory, { set: 'register', name: 'scheduleFromMs', value: at('08:10') });
    expect(openDose(passed, at('08:00'))).toBeNull();
  });

  it('means the one that closes first when a clock change lets two windows meet', () => {
    const night: ConfigDocument['regimen'] = {
      slots: [
        { id: 'short', at: '02:30', beforeMinutes: 30, afterMinutes: 1 },
        { id: 'long', at: '03:00', beforeMinutes: 15, afterMinutes: 60 },
      ],
    };
    const meeting = freshMemory({ regimen: night }, Date.parse('2027-03-27T12:00+01:00'));
    const both = Date.parse('2027-03-28T03:10+02:00');
    expect([...agenda(meeting, both)].map(({ slot }) => slot).slice(-2)).toEqual(['long', 'short']);
    expect(openDose(meeting, both)?.slot).toBe('short');
  });
});

describe('nextDose', () => {
  const memory = freshMemory({}, START);

  it('is the next to open, and not the one that is open', () => {
    expect(nextDose(memory, at('07:00'))?.key).toBe('morning/2026-11-20');
    expect(nextDose(memory, at('08:00'))?.key).toBe('evening/2026-11-20');
    expect(nextDose(memory, at('20:00'))?.key).toBe('morning/2026-11-21');
  });

  it('passes over what was taken out ahead', () => {
    expect(nextDose(withFate(memory, 'evening/2026-11-20', 'takenOut'), at('12:00'))?.key).toBe('morning/2026-11-21');
  });

  it('finds a weekly dose a week ahead, also over the end of summer time', () => {
    const weekly = {
      slots: [{ id: 'weekly', at: '08:00', days: ['sun' as const], beforeMinutes: 0, afterMinutes: 60 }],
    };
    const sunday = Date.parse('2026-10-18T08:00+02:00');
    expect(nextDose(freshMemory({ regimen: weekly }, sunday), sunday)?.key).toBe('weekly/2026-10-25');
  });
});

describe('dosesAhead', () => {
  const memory = freshMemory({}, START);
  const keys = (doses: readonly Dose[]): string[] => doses.map(({ key }) => key);

  it('begins with the dose that is open', () => {
    expect(keys(dosesAhead(memory, at('08:00'), 3))).toEqual([
      'morning/2026-11-20',
      'evening/2026-11-20',
      'morning/2026-11-21',
    ]);
  });

  it('leaves out what has ended and what is under way', () => {
    const begun = withFate(withFate(memory, 'morning/2026-11-20', 'releasing'), 'evening/2026-11-20', 'takenOut');
    expect(keys(dosesAhead(begun, at('08:00'), 2))).toEqual(['morning/2026-11-21', 'evening/2026-11-21']);
  });
});

const ZONES = ['Europe/Copenhagen', 'America/Nuuk', 'Africa/Cairo', 'Asia/Beirut', 'Australia/Lord_Howe'] as const;
/** Around clock changes of one or other of the zones. */
const NIGHTS = ['2026-10-25', '2027-03-28', '2027-04-30', '2027-10-29', '2027-04-04'] as const;

const anySchedule = fc.record({
  zone: fc.constantFrom(...ZONES),
  start: fc.constantFrom(...NIGHTS).map((date) => Date.parse(`${date}T12:00Z`) - 2 * DAY),
  slots: fc.uniqueArray(
    fc.record({ minute: fc.nat(1439), before: fc.nat(120), after: fc.integer({ min: 1, max: 120 }) }),
    {
      minLength: 1,
      maxLength: 4,
      selector: ({ minute }) => minute,
    },
  ),
});

function memoryFor({
  zone,
  start,
  slots,
}: {
  zone: string;
  start: number;
  slots: readonly { minute: number; before: number; after: number }[];
}): Memory {
  const memory = freshMemory({}, start);
  const regimen = {
    zone,
    minIntervalMs: 0,
    prescription: 0,
    slots: slots.map(({ minute, before, after }, index) => ({
      id: `s${index}`,
      at: new Date(minute * MINUTE).toISOString().slice(11, 16),
      days: memory.settings.regimen.slots[0]?.days ?? [],
      beforeMs: before * MINUTE,
      afterMs: after * MINUTE,
      sachets: 1,
      roll: null,
    })),
  };
  return { ...memory, settings: { ...memory.settings, regimen } };
}

describe('a schedule that is walked through', () => {
  it('lets every dose end once, at whatever instants the unit looks and however long it was off', PATIENCE, () => {
    const looks = fc.array(fc.oneof(fc.nat(90), fc.nat(3 * 1440)), { minLength: 1, maxLength: 25, size: 'max' });
    fc.assert(
      fc.property(anySchedule, looks, (schedule, minutes) => {
        let memory = memoryFor(schedule);
        const ended: string[] = [];
        let nowMs = schedule.start;
        for (const minute of minutes) {
          nowMs += minute * MINUTE;
          for (const dose of [...agenda(memory, nowMs)]) {
            if (isFinal(dose.fate) || dose.closesMs > nowMs) continue;
            ended.push(dose.key);
            memory = applyChange(memory, { set: 'dose', dose: { ...dose, fate: 'missed' } });
          }
          memory = applyChange(memory, { set: 'register', name: 'scheduleFromMs', value: firstUnended(memory, nowMs) });
        }
        const over = [...dosesOpening(memory.settings.regimen, schedule.start, nowMs)].filter(
          ({ closesMs }) => closesMs <= nowMs,
        );
        expect(ended.sort()).toEqual(over.map(({ key }) => key).sort());
      }),
      runs(150),
    );
  });

  it('forgets ended doses after three days, and none without an end', () => {
    const start = START;
    let memory = withFate(freshMemory({}, start), 'morning/2026-11-20', 'taken');
    memory = withFate(memory, 'evening/2026-11-20', 'uncertain');
    const later = (ms: number): Memory => applyChange(memory, { set: 'register', name: 'scheduleFromMs', value: ms });
    expect([...later(at('07:30') + 76 * HOUR).doses.keys()]).toEqual(['morning/2026-11-20', 'evening/2026-11-20']);
    expect([...later(at('07:30') + 76 * HOUR + 1).doses.keys()]).toEqual(['evening/2026-11-20']);
    expect([...later(at('07:30') + 400 * DAY).doses.keys()]).toEqual(['evening/2026-11-20']);
  });
});
