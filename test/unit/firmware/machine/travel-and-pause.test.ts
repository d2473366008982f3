import { describe, expect, it } from 'vitest';
import { DAY, HOUR, labels, MINUTE, MOVE_MS, Rig, SECOND } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };
const EVENING = { slot: 'evening', date: '2026-11-20' };
const NEXT_MORNING = { slot: 'morning', date: '2026-11-21' };

const unit = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 7) } });

/** Takes what comes until nothing more comes. */
function collect(rig: Rig): number {
  let count = 0;
  for (let waits = 0; waits < 60; waits += 1) {
    rig.pass(SECOND);
    if (rig.custody !== 'presented') continue;
    count += rig.cup.length;
    rig.take();
  }
  return count;
}

describe('a take-out for a trip', () => {
  it('gives the next doses one after another, as fast as they are taken', () => {
    const rig = unit();
    rig.ask({ type: 'takeOut.requested', doses: 3 });
    const startMs = rig.wallMs;
    for (const sachet of [MORNING, EVENING, NEXT_MORNING]) {
      expect(rig.custody).toBe('takeOut');
      rig.pass(MOVE_MS);
      expect(rig.cup).toEqual([sachet]);
      rig.take();
    }
    expect(rig.wallMs - startMs).toBe(3 * MOVE_MS);
    expect(rig.custody).toBe('locked');
    expect(rig.recorded('dose.takenOut')).toEqual(
      [MORNING, EVENING, NEXT_MORNING].map((dose) => ({ type: 'dose.takenOut', ...dose })),
    );
  });

  it('makes the unit quiet until the last of them would have closed, without an alarm, and then goes on', () => {
    const rig = unit();
    rig.ask({ type: 'takeOut.requested', doses: 3 });
    collect(rig);
    expect(rig.host.state.chart.presence).toBe('away');
    const until = Date.parse('2026-11-21T09:00+01:00') / SECOND;
    expect(rig.recorded('presence')).toEqual([{ type: 'presence.changed', presence: 'away', until }]);
    expect(rig.view).toMatchObject({ message: 'away', sound: 0 });
    rig.said.length = 0;
    rig.until('2026-11-21T08:59+01:00');
    expect(rig.said).toEqual([]);
    expect(rig.recorded('alarm')).toEqual([]);
    rig.until('2026-11-21T20:00:01+01:00');
    expect(rig.recorded('presence').at(-1)).toEqual({ type: 'presence.changed', presence: 'home' });
    expect(rig.host.state.chart.reminder).toBe('gentle');
    rig.press();
    expect(rig.cup).toEqual([{ slot: 'evening', date: '2026-11-21' }]);
  });

  it('lets a press say that the citizen is back', () => {
    const rig = unit();
    rig.ask({ type: 'takeOut.requested', doses: 3 });
    collect(rig);
    rig.until('2026-11-20T18:00+01:00');
    rig.press();
    expect(rig.host.state.chart.presence).toBe('home');
    // What was taken out is not given again.
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
    rig.until('2026-11-21T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([{ slot: 'evening', date: '2026-11-21' }]);
  });

  it('calls the dose that is open now taken, and only the others taken out', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.ask({ type: 'takeOut.requested', doses: 2 });
    expect(collect(rig)).toBe(2);
    expect(rig.recorded('dose').filter(({ type }) => type === 'dose.taken' || type === 'dose.takenOut')).toEqual([
      { type: 'dose.taken', ...MORNING },
      { type: 'dose.takenOut', ...EVENING },
    ]);
  });

  it('counts what was already taken along against what is permitted', () => {
    const rig = unit();
    rig.ask({ type: 'takeOut.requested', doses: 4 });
    expect(collect(rig)).toBe(4);
    rig.ask({ type: 'takeOut.requested', doses: 3 });
    expect(collect(rig)).toBe(0);
    expect(rig.said.at(-1)?.phrase).toBe('too-many');
    rig.ask({ type: 'takeOut.requested', doses: 2 });
    expect(collect(rig)).toBe(2);
  });

  it.each([0, 7])('of %i doses, when six are permitted, is refused with the reason', (doses) => {
    const rig = unit();
    rig.ask({ type: 'takeOut.requested', doses });
    rig.pass(MINUTE);
    expect(rig.cup).toEqual([]);
    expect(rig.said.at(-1)?.phrase).toBe('too-many');
  });

  it.each([
    ['paused', (rig: Rig) => rig.ask({ type: 'pause.started' })],
    ['battery-critical', (rig: Rig) => rig.setPower({ source: 'battery', batteryPercent: 5 })],
    ['no-stock', (rig: Rig) => rig.fill({ A: [] })],
  ])('that cannot be is refused with the true reason: %s', (reason, hinder) => {
    const rig = unit();
    hinder(rig);
    rig.ask({ type: 'takeOut.requested', doses: 2 });
    rig.pass(MINUTE);
    expect(rig.cup).toEqual([]);
    expect(rig.said.at(-1)?.phrase).toBe(reason);
  });

  it('ends when nobody takes what has come; what was not taken out stays in the plan', () => {
    const rig = unit();
    rig.ask({ type: 'takeOut.requested', doses: 3 });
    rig.pass(MOVE_MS);
    rig.take();
    rig.pass(HOUR);
    expect(rig.fate('morning/2026-11-20')).toBe('takenOut');
    expect(rig.fate('evening/2026-11-20')).toBe('retracted');
    expect(rig.custody).toBe('locked');
    expect(rig.calls.filter((call) => call.startsWith('mechanism.release'))).toHaveLength(2);
  });

  it('that stalls leaves the dose to be taken in its own time, as an ordinary one', () => {
    const rig = unit();
    rig.outcomes.push({ moves: false }, { moves: false });
    rig.ask({ type: 'takeOut.requested', doses: 1 });
    rig.pass(MINUTE);
    expect(rig.custody).toBe('fault');
    rig.ask({ type: 'fault.repaired' });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.take();
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.taken', ...MORNING });
  });

  it('swallows an empty leader sachet on the way', () => {
    const rig = new Rig({ rolls: { A: [null, ...labels('2026-11-20', 3)] } });
    rig.pass(MINUTE);
    rig.ask({ type: 'takeOut.requested', doses: 2 });
    expect(collect(rig)).toBe(2);
    expect(rig.bin).toEqual([null]);
  });

  it('goes on after a power cut only when it is asked for again', () => {
    const rig = unit();
    rig.ask({ type: 'takeOut.requested', doses: 3 });
    rig.pass(MOVE_MS);
    rig.take();
    rig.pass(SECOND);
    rig.cutPower();
    rig.boot();
    rig.pass(MINUTE);
    expect(rig.cup).toEqual([]);
    expect(rig.calls.filter((call) => call.startsWith('mechanism.release'))).toHaveLength(2);
  });
});

describe('an absence without the medicine', () => {
  it('is silent, withholds and swallows what was due, and is all accounted for', () => {
    const rig = unit();
    rig.ask({ type: 'absence.started', untilMs: Date.parse('2026-11-21T12:00+01:00') });
    rig.said.length = 0;
    rig.until('2026-11-21T12:00:01+01:00');
    expect(rig.said).toEqual([]);
    expect(rig.recorded('alarm')).toEqual([]);
    expect(rig.recorded('dose')).toEqual(
      [MORNING, EVENING, NEXT_MORNING].map((dose) => ({ type: 'dose.withheld', ...dose, reason: 'away' })),
    );
    expect(rig.bin).toEqual([MORNING, EVENING, NEXT_MORNING]);
    expect(rig.host.state.chart.presence).toBe('home');
    rig.until('2026-11-21T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([{ slot: 'evening', date: '2026-11-21' }]);
  });

  it('gives an open dose to a citizen who comes home early and presses', () => {
    const rig = unit();
    rig.ask({ type: 'absence.started', untilMs: Date.parse('2026-11-22T12:00+01:00') });
    rig.until('2026-11-20T08:10+01:00');
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
    expect(rig.host.state.chart.presence).toBe('home');
  });

  it('that would end in the past does not begin', () => {
    const rig = unit();
    rig.ask({ type: 'absence.started', untilMs: rig.wallMs });
    expect(rig.host.state.chart.presence).toBe('home');
  });

  it('outlasts a restart', () => {
    const rig = unit();
    rig.ask({ type: 'absence.started', untilMs: rig.wallMs + DAY });
    rig.cutPower();
    rig.boot();
    expect(rig.host.state.chart.presence).toBe('away');
  });
});

describe('a pause by the centre', () => {
  it('withholds and swallows each dose as its window passes, and says so when asked', () => {
    const rig = unit();
    rig.ask({ type: 'pause.started' });
    rig.until('2026-11-20T08:10+01:00');
    expect(rig.host.state.chart).toMatchObject({ presence: 'paused', reminder: 'idle' });
    expect(rig.view).toMatchObject({ message: 'paused', sound: 0, button: 'idle' });
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.said.at(-1)?.phrase).toBe('paused');
    rig.until('2026-11-20T21:30+01:00');
    expect(rig.recorded('dose')).toEqual([
      { type: 'dose.withheld', ...MORNING, reason: 'paused' },
      { type: 'dose.withheld', ...EVENING, reason: 'paused' },
    ]);
    expect(rig.bin).toEqual([MORNING, EVENING]);
    expect(rig.recorded('alarm')).toEqual([]);
    rig.ask({ type: 'pause.ended' });
    rig.until('2026-11-21T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([NEXT_MORNING]);
  });

  it('is not ended by anything but the centre', () => {
    const rig = unit();
    rig.ask({ type: 'pause.started' });
    rig.ask({ type: 'absence.ended' });
    rig.ask({ type: 'absence.started', untilMs: rig.wallMs + HOUR });
    rig.press();
    rig.pass(2 * HOUR);
    rig.cutPower();
    rig.boot();
    rig.press();
    expect(rig.host.state.chart.presence).toBe('paused');
    expect(rig.cup).toEqual([]);
    expect(rig.recorded('presence')).toEqual([{ type: 'presence.changed', presence: 'paused' }]);
  });

  it('that never began is not ended into the middle of an absence', () => {
    const rig = unit();
    rig.ask({ type: 'absence.started', untilMs: rig.wallMs + DAY });
    rig.ask({ type: 'pause.ended' });
    expect(rig.host.state.chart.presence).toBe('away');
  });

  it('takes back the alarm that a dose is about to be missed', () => {
    const rig = unit();
    rig.until('2026-11-20T08:55+01:00');
    rig.ask({ type: 'pause.started' });
    rig.until('2026-11-20T09:05+01:00');
    expect(rig.recorded('alarm')).toEqual([
      { type: 'alarm.raised', code: 'about-to-miss', ...MORNING },
      { type: 'alarm.cleared', code: 'about-to-miss', ...MORNING },
    ]);
  });
});
