import { describe, expect, it } from 'vitest';
import { DAY, HOUR, labels, MINUTE, Rig, SECOND } from '../rig.ts';

const ROLL = { A: labels('2026-11-20', 7) };
const DOSE = { slot: 'morning', date: '2026-11-20' };

function at(instant: string): Rig {
  const rig = new Rig({ at: '2026-11-20T01:00+01:00', rolls: ROLL });
  rig.wakeMsMax = 30 * SECOND;
  rig.until(instant);
  return rig;
}

describe('the time of a record', () => {
  it('is when it entered, in whole seconds', () => {
    const rig = at('2026-11-20T08:00:07.900+01:00');
    rig.press();
    rig.take();
    const atMs = Date.parse('2026-11-20T08:00:12+01:00');
    expect(rig.events.at(-1)).toEqual({ type: 'dose.taken', ...DOSE, seq: rig.events.length, at: atMs / SECOND });
  });

  it('is marked while the clock is doubted, and not after', () => {
    const rig = at('2026-11-20T08:00+01:00');
    rig.press();
    rig.source = 'lost';
    rig.take();
    expect(rig.events.at(-1)).toMatchObject({ type: 'dose.taken', suspect: true });
    rig.source = 'synchronised';
    rig.pass(MINUTE);
    rig.sense({ type: 'door.opened', withKey: true });
    expect(rig.events.at(-1)).not.toHaveProperty('suspect');
  });

  it('fits the wire even when the clock shows nonsense', () => {
    const rig = at('2026-11-20T08:00+01:00');
    rig.source = 'lost';
    rig.stepClock(-100 * 365 * DAY);
    rig.sense({ type: 'door.opened', withKey: true });
    expect(rig.events.at(-1)).toMatchObject({ type: 'door.opened', at: 0, suspect: true });
  });
});

describe('a clock that cannot be trusted', () => {
  it('releases nothing, alarms, and says why', () => {
    const rig = at('2026-11-20T07:00+01:00');
    rig.source = 'lost';
    rig.until('2026-11-20T08:10+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.view?.message).toBe('time-suspect');
    expect(rig.said.at(-1)?.phrase).toBe('time-suspect');
    expect(rig.recorded('clock')).toEqual([{ type: 'clock.suspected', suspect: true }]);
    expect(rig.recorded('alarm')).toEqual([{ type: 'alarm.raised', code: 'time-suspect', suspect: true }]);
    expect(rig.host.state.chart).toMatchObject({ time: 'suspect', reminder: 'idle' });
  });

  it('closes no window either, until it is set: then what has passed is missed, and not the citizen’s fault', () => {
    const rig = at('2026-11-20T07:00+01:00');
    rig.source = 'lost';
    rig.until('2026-11-20T12:00+01:00');
    expect(rig.recorded('dose')).toEqual([]);
    rig.source = 'synchronised';
    rig.pass(MINUTE);
    expect(rig.recorded('dose')).toEqual([{ type: 'dose.missed', ...DOSE, reason: 'blocked' }]);
    expect(rig.recorded('clock').at(-1)).toEqual({ type: 'clock.trusted' });
    expect(rig.recorded('alarm')).toContainEqual({ type: 'alarm.cleared', code: 'time-suspect' });
  });

  it('gives a dose that is still open when the clock is set', () => {
    const rig = at('2026-11-20T07:00+01:00');
    rig.source = 'lost';
    rig.until('2026-11-20T08:30+01:00');
    rig.source = 'synchronised';
    rig.pass(MINUTE);
    rig.press();
    expect(rig.cup).toEqual([DOSE]);
  });

  it('is one that stepped by more than two minutes without a network behind it', () => {
    const rig = at('2026-11-20T07:00+01:00');
    rig.stepClock(HOUR);
    rig.pass(MINUTE);
    expect(rig.host.state.chart.time).toBe('suspect');
  });

  it('draws back a presented sachet all the same: elapsed time needs no wall clock', () => {
    const rig = at('2026-11-20T08:00+01:00');
    rig.press();
    rig.source = 'lost';
    rig.pass(31 * MINUTE);
    expect(rig.fate('morning/2026-11-20')).toBe('retracted');
    expect(rig.bin).toEqual([DOSE]);
  });
});

describe('a clock that is set by the network', () => {
  it('back does not reopen a dose that was given', () => {
    const rig = at('2026-11-20T08:10+01:00');
    rig.press();
    rig.take();
    rig.source = 'synchronised';
    rig.stepClock(-25 * MINUTE);
    rig.pass(30 * MINUTE);
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.said.at(-1)?.phrase).toBe('nothing-due');
  });

  it('back does not reopen a dose that was given, over a restart with the ledger’s word alone', () => {
    const rig = at('2026-11-20T08:10+01:00');
    rig.press();
    rig.take();
    rig.cutPower();
    rig.source = 'synchronised';
    rig.stepClock(-20 * MINUTE);
    rig.boot();
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.recorded('dose.released')).toHaveLength(1);
  });

  it('forward reminds at the new time, not when the old one would have come', () => {
    const rig = at('2026-11-20T02:00+01:00');
    rig.source = 'synchronised';
    rig.pass(HOUR);
    rig.stepClock(3 * HOUR);
    rig.until('2026-11-20T08:00:01+01:00');
    expect(rig.host.state.chart.reminder).toBe('gentle');
    rig.press();
    expect(rig.cup).toEqual([DOSE]);
  });

  it('back reminds at the new time as well', () => {
    const rig = at('2026-11-20T07:00+01:00');
    rig.source = 'synchronised';
    rig.stepClock(-2 * HOUR);
    rig.until('2026-11-20T07:59+01:00');
    expect(rig.host.state.chart.reminder).toBe('idle');
    rig.until('2026-11-20T08:00:01+01:00');
    expect(rig.host.state.chart.reminder).toBe('gentle');
  });
});

describe('the hour that comes twice', () => {
  it.each([
    ['repeats', '2026-10-25T00:00+02:00', '2026-10-25'],
    ['is skipped', '2027-03-28T00:00+01:00', '2027-03-28'],
  ])('gives a dose at 02:30 once in the night in which it %s', (_, start, date) => {
    const slots = [{ id: 'night', at: '02:30', beforeMinutes: 10, afterMinutes: 45 }];
    const rig = new Rig({ at: start, config: { regimen: { slots } }, rolls: { A: labels(date, 3, ['night']) } });
    for (let times = 0; times < 24 * 4; times += 1) {
      rig.pass(15 * MINUTE);
      rig.press();
      if (rig.cup.length > 0) rig.take();
    }
    expect(rig.recorded('dose.taken')).toEqual([{ type: 'dose.taken', slot: 'night', date }]);
  });
});
