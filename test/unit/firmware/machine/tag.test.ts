import { describe, expect, it } from 'vitest';
import { DAY, HOUR, labels, MINUTE, Rig, type RigOptions } from '../rig.ts';

const DOSE = { slot: 'morning', date: '2026-11-20' };

/** A unit with a tag in reach, two minutes before eight, when a dose is due; its tag was told nothing but to be silent. */
function unit(options: RigOptions = {}): Rig {
  const rig = new Rig({
    at: '2026-11-20T07:58+01:00',
    rolls: { A: labels('2026-11-20', 14) },
    hasTag: true,
    ...options,
  });
  rig.feel({ type: 'tag.near' });
  expect(rig.alerts).toEqual([0]);
  rig.alerts.length = 0;
  rig.until('2026-11-20T08:00+01:00');
  return rig;
}
const alarms = (rig: Rig): string[] => rig.recorded('alarm').map(({ type, code }) => `${type} ${code}`);

describe('the pocket tag', () => {
  it('calls gently two minutes after the unit, and loudly when the unit calls firmly', () => {
    const rig = unit();
    rig.pass(2 * MINUTE - 1);
    expect(rig.alerts).toEqual([]);
    rig.pass(1);
    expect(rig.alerts).toEqual([1]);
    rig.until('2026-11-20T08:10+01:00');
    expect(rig.alerts).toEqual([1, 1, 2]);
  });

  it('is asked again as often as the unit speaks, because most fall silent by themselves', () => {
    const rig = unit();
    rig.until('2026-11-20T08:21+01:00');
    expect(rig.alerts).toEqual([1, 1, 2, 2, 2]);
  });

  it('is silent as soon as the dose is on its way, and calls for one that is left in the cup', () => {
    const rig = unit();
    rig.until('2026-11-20T08:11+01:00');
    rig.alerts.length = 0;
    rig.press();
    expect(rig.alerts).toEqual([0]);
    rig.pass(2 * MINUTE);
    expect(rig.alerts).toEqual([0, 1]);
    rig.take();
    expect(rig.alerts).toEqual([0, 1, 0]);
    rig.pass(HOUR);
    expect(rig.alerts).toEqual([0, 1, 0]);
  });

  it('keeps quiet where the citizen has asked the unit for quiet, until the last call', () => {
    const rig = unit({ config: { quietMinutes: 60 } });
    rig.until('2026-11-20T08:11+01:00');
    rig.sense({ type: 'quiet.requested' });
    expect(rig.alerts.at(-1)).toBe(0);
    rig.until('2026-11-20T08:50+01:00');
    expect(rig.alerts.at(-1)).toBe(2);
  });

  it('is silent in a unit that starts again, and then calls at the level of the hour', () => {
    const rig = unit();
    rig.until('2026-11-20T08:11+01:00');
    rig.cutPower();
    rig.pass(MINUTE);
    rig.alerts.length = 0;
    rig.boot();
    expect(rig.alerts).toEqual([0, 2]);
  });

  it('asks nothing of a unit without one', () => {
    const rig = new Rig({ at: '2026-11-20T07:58+01:00', rolls: { A: labels('2026-11-20', 14) } });
    rig.until('2026-11-20T09:10+01:00');
    expect(rig.observed.filter((seen) => seen.kind === 'effect' && seen.effect.type.startsWith('tag'))).toEqual([]);
    expect(rig.host.state.chart.tag).toBe('absent');
  });
});

describe('the button of the pocket tag', () => {
  it('quiets the tag until the unit calls more loudly, and is told as heard, never as taken', () => {
    const rig = unit();
    rig.pass(3 * MINUTE);
    rig.feel({ type: 'tag.pressed' });
    rig.feel({ type: 'tag.pressed' });
    expect(rig.alerts).toEqual([1, 0]);
    expect(rig.recorded('reminder')).toEqual([{ type: 'reminder.heard', ...DOSE }]);
    expect(rig.view).toMatchObject({ message: 'dose-call', button: 'release', sound: 1 });
    rig.until('2026-11-20T08:09+01:00');
    expect(rig.alerts).toEqual([1, 0]);
    rig.until('2026-11-20T08:10+01:00');
    expect(rig.alerts).toEqual([1, 0, 2]);
    expect([...rig.cup, ...rig.given]).toEqual([]);
    rig.until('2026-11-20T09:01+01:00');
    expect(rig.fate('morning/2026-11-20')).toBe('missed');
  });

  it('does nothing while nothing calls', () => {
    const rig = unit({ at: '2026-11-20T07:40+01:00' });
    rig.feel({ type: 'tag.pressed' });
    rig.pass(MINUTE);
    expect(rig.recorded('reminder')).toEqual([]);
    rig.until('2026-11-20T08:02+01:00');
    expect(rig.alerts.at(-1)).toBe(1);
  });

  it('answers for one dose only', () => {
    const rig = unit();
    rig.pass(3 * MINUTE);
    rig.feel({ type: 'tag.pressed' });
    rig.until('2026-11-20T20:03+01:00');
    expect(rig.alerts.at(-1)).toBe(1);
  });
});

describe('a pocket tag that is not reached', () => {
  it('is on record once for each dose that it should have called for', () => {
    const rig = unit();
    rig.feel({ type: 'tag.gone', reason: 'range' });
    rig.pass(MINUTE);
    expect(rig.recorded('reminder')).toEqual([]);
    rig.until('2026-11-20T08:45+01:00');
    expect(rig.recorded('reminder')).toEqual([{ type: 'reminder.unreached', ...DOSE, why: 'range' }]);
    rig.feel({ type: 'tag.gone', reason: 'radio' });
    rig.until('2026-11-20T20:59+01:00');
    expect(rig.recorded('reminder').slice(1)).toEqual([
      { type: 'reminder.unreached', slot: 'evening', date: DOSE.date, why: 'radio' },
    ]);
  });

  it('is not on record when the dose was taken before the tag was to call', () => {
    const rig = unit();
    rig.feel({ type: 'tag.gone', reason: 'range' });
    rig.pass(MINUTE);
    rig.press();
    rig.take();
    rig.until('2026-11-20T12:00+01:00');
    expect(rig.recorded('reminder')).toEqual([]);
  });

  it('is an alarm after a day, counted on over restarts, until it is back', () => {
    const rig = unit();
    rig.feel({ type: 'tag.gone', reason: 'range' });
    rig.pass(20 * HOUR);
    rig.cutPower();
    rig.pass(HOUR);
    rig.boot();
    rig.pass(MINUTE);
    rig.feel({ type: 'tag.gone', reason: 'range' });
    rig.pass(3 * HOUR - 3 * MINUTE);
    expect(alarms(rig)).not.toContain('alarm.raised tag-gone');
    rig.pass(2 * MINUTE);
    expect(alarms(rig)).toContain('alarm.raised tag-gone');
    rig.feel({ type: 'tag.near' });
    expect(alarms(rig).at(-1)).toBe('alarm.cleared tag-gone');
    expect(rig.host.state.memory?.registers.tagGone).toBeNull();
  });

  it('is an alarm after an hour where the unit’s own radio fails', () => {
    const rig = unit({ at: '2026-11-20T07:30+01:00' });
    rig.feel({ type: 'tag.gone', reason: 'range' });
    rig.pass(HOUR);
    rig.feel({ type: 'tag.gone', reason: 'radio' });
    rig.pass(HOUR - 1);
    expect(alarms(rig)).not.toContain('alarm.raised tag-gone');
    rig.pass(1);
    expect(alarms(rig)).toContain('alarm.raised tag-gone');
  });

  it('is no alarm while it travels with the citizen, and is counted anew when they are home', () => {
    const rig = unit({ at: '2026-11-20T07:30+01:00', config: { takeOutDosesMax: 6 } });
    rig.feel({ type: 'tag.gone', reason: 'range' });
    rig.pass(20 * HOUR);
    rig.ask({ type: 'absence.started', untilMs: rig.wallMs + 3 * DAY });
    rig.pass(3 * DAY + MINUTE);
    expect(rig.host.state.chart.presence).toBe('home');
    rig.pass(23 * HOUR);
    expect(alarms(rig)).not.toContain('alarm.raised tag-gone');
    rig.pass(HOUR);
    expect(alarms(rig)).toContain('alarm.raised tag-gone');
    rig.ask({ type: 'pause.started' });
    expect(alarms(rig).at(-1)).toBe('alarm.cleared tag-gone');
  });

  it('is counted from when the clock could be believed', () => {
    const rig = unit();
    rig.source = 'lost';
    rig.stepClock(-20 * 365 * DAY);
    rig.feel({ type: 'tag.gone', reason: 'range' });
    rig.pass(MINUTE);
    rig.stepClock(20 * 365 * DAY);
    rig.source = 'synchronised';
    rig.pass(HOUR);
    expect(rig.host.state.chart.time).toBe('trusted');
    expect(alarms(rig)).not.toContain('alarm.raised tag-gone');
    rig.pass(DAY);
    expect(alarms(rig)).toContain('alarm.raised tag-gone');
  });
});

describe('the battery of the pocket tag', () => {
  it('is an alarm below 20 %, until 30 % are there', () => {
    const rig = unit();
    for (const percent of [20, 19, 25, 29, 18, 30, 25]) rig.feel({ type: 'tag.battery', percent });
    expect(alarms(rig)).toEqual(['alarm.raised tag-battery-low', 'alarm.cleared tag-battery-low']);
  });
});

describe('a unit that has its pocket tag no more', () => {
  it('ends the alarms that only the tag could end', () => {
    const rig = unit();
    rig.feel({ type: 'tag.battery', percent: 3 });
    rig.feel({ type: 'tag.gone', reason: 'radio' });
    rig.pass(2 * HOUR);
    expect(alarms(rig)).toEqual(expect.arrayContaining(['alarm.raised tag-battery-low', 'alarm.raised tag-gone']));
    rig.cutPower();
    rig.hasTag = false;
    rig.boot();
    expect(alarms(rig).slice(-2).sort()).toEqual(['alarm.cleared tag-battery-low', 'alarm.cleared tag-gone']);
  });

  it('lets it go to the unit that takes its place', () => {
    const rig = unit({ at: '2026-11-20T07:30+01:00' });
    rig.ask({ type: 'handover.asked', heir: new Uint8Array(32) });
    expect(rig.host.state.memory?.registers.handedOver).not.toBeNull();
    expect(rig.calls).toContain('tag.close');
    expect(rig.host.state.chart.tag).toBe('absent');
  });
});
