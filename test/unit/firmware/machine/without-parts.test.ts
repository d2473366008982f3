import { describe, expect, it } from 'vitest';
import { HOUR, labels, MINUTE, MOVE_MS, Rig, type RigOptions, SECOND } from '../rig.ts';

const MORNING = 'morning/2026-11-20';
const EVENING = 'evening/2026-11-20';
const rolls = { A: labels('2026-11-20', 10) };
const blind = (options: RigOptions = {}): Rig =>
  new Rig({ rolls, parts: { speech: true, cupSensor: false }, ...options });
const mute = (): Rig => new Rig({ rolls, parts: { speech: false, cupSensor: true } });

const alarms = (rig: Rig): string[] => rig.recorded('alarm.raised').map(({ code }) => String(code));
const atBreakfast = (rig: Rig): Rig => {
  rig.until('2026-11-20T08:05+01:00');
  return rig;
};

describe('a unit that nothing looks into the cup of', () => {
  it('gives a dose and says no more than that it came out', () => {
    const rig = atBreakfast(blind());
    expect(rig.host.state.chart.reminder).toBe('gentle');
    rig.press();
    expect(rig.view).toMatchObject({ message: 'take-the-sachet', lamp: 'call', sound: 0 });
    expect(rig.host.state.chart.reminder).toBe('idle');
    rig.pass(MINUTE);
    expect(rig.fate(MORNING)).toBe('released');
    expect(rig.recorded('dose').map(({ type }) => type)).toEqual(['dose.released', 'dose.presented', 'dose.given']);
    expect(rig.recorded('dose.given')).toEqual([{ type: 'dose.given', slot: 'morning', date: '2026-11-20' }]);
    expect(rig.view).toMatchObject({ message: 'ready-next', lamp: 'ready' });
  });

  it('believes nothing that an open input says of the cup', () => {
    const rig = atBreakfast(blind());
    rig.press();
    rig.sense({ type: 'cup.emptied' });
    expect(rig.fate(MORNING)).toBe('presented');
    rig.pass(HOUR);
    expect(rig.fate(MORNING)).toBe('released');
    // It says that the sachet still lies there; the next dose comes out all the same.
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    rig.pass(MINUTE);
    expect(rig.fate(EVENING)).toBe('released');
    expect(alarms(rig).filter((code) => code !== 'stock-low')).toEqual([]);
  });

  it('never draws a sachet back, however the clock is set', () => {
    const rig = atBreakfast(blind());
    rig.press();
    rig.stepClock(MINUTE);
    rig.pass(3 * HOUR);
    expect(rig.calls.filter((call) => call.startsWith('mechanism.retract'))).toEqual([]);
    expect(alarms(rig)).not.toContain('dose-not-taken');
  });

  it('takes out for a trip at the speed of the mechanism, with a pause for each hand', () => {
    const rig = blind();
    rig.ask({ type: 'takeOut.requested', doses: 4 });
    const from = rig.wallMs;
    rig.pass(4 * (MOVE_MS + 10 * SECOND));
    expect(rig.cup).toHaveLength(4);
    expect(rig.recorded('dose.given').map(({ ahead }) => ahead)).toEqual([true, true, true, true]);
    expect(rig.host.state.chart.presence).toBe('away');
    expect(rig.wallMs - from).toBeLessThan(2 * MINUTE);
    // What is along counts against what the citizen may have.
    rig.ask({ type: 'absence.ended' });
    rig.ask({ type: 'takeOut.requested', doses: 3 });
    rig.pass(MINUTE);
    expect(rig.cup).toHaveLength(4);
  });

  it('locks on a movement of which nothing bears witness, instead of giving a second sachet', () => {
    const rig = atBreakfast(blind());
    rig.outcomes.push({ moves: false });
    rig.press();
    expect(rig.custody).toBe('uncertain');
    expect(rig.fate(MORNING)).toBe('uncertain');
    rig.press();
    expect(rig.cup).toEqual([]);
  });

  it('knows after a power cut what had come out before it', () => {
    const rig = atBreakfast(blind());
    rig.press();
    rig.cutPower();
    rig.boot();
    rig.pass(MINUTE);
    expect(rig.fate(MORNING)).toBe('released');
    expect(rig.cup).toHaveLength(1);
    expect(alarms(rig).filter((code) => code !== 'stock-low')).toEqual([]);
  });

  it('tells the dose’s end also when the door is forced while it lies there', () => {
    const rig = atBreakfast(blind());
    rig.press();
    rig.sense({ type: 'door.opened', withKey: false });
    rig.pass(SECOND);
    expect(rig.custody).toBe('fault');
    expect(rig.fate(MORNING)).toBe('released');
  });

  it('finds no fault in a sensor that it does not have', () => {
    const rig = blind();
    const outcome = rig.host.receive({ type: 'selfTest.requested', parts: ['sensors'] });
    rig.pass(SECOND);
    expect(outcome).toEqual({ status: 'accepted' });
    expect(rig.custody).toBe('locked');
    rig.sense({ type: 'door.opened', withKey: true });
    rig.ask({ type: 'selfTest.requested', parts: ['sensors'] });
    rig.pass(SECOND);
    expect(alarms(rig)).not.toContain('sensor-fault');
  });
});

describe('light', () => {
  const lights = (rig: Rig): unknown[] => {
    const seen: unknown[] = [];
    for (const at of ['07:59', '08:00', '08:10', '08:20']) {
      rig.until(`2026-11-20T${at}+01:00`);
      seen.push(rig.view?.light);
    }
    return seen;
  };

  it('grows with the reminder', () => {
    expect(lights(new Rig({ rolls }))).toEqual([1, 1, 2, 3]);
  });

  it('is at its strongest from the first call on where the unit cannot speak', () => {
    expect(lights(mute())).toEqual([1, 3, 3, 3]);
  });

  it('follows the priority of an alarm, and rests at none', () => {
    const rig = new Rig({ rolls });
    rig.setPower({ source: 'battery', batteryPercent: 80 });
    expect(rig.view?.light).toBe(1);
    rig.setPower({ source: 'battery', batteryPercent: 20 });
    expect(rig.view?.light).toBe(2);
    rig.setPower({ source: 'battery', batteryPercent: 5 });
    expect(rig.view?.light).toBe(3);
    rig.pass(30 * MINUTE);
    expect(rig.view).toMatchObject({ light: 3, sound: 0 });
  });
});
