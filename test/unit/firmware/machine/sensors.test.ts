import { describe, expect, it } from 'vitest';
import { labels, MINUTE, MOVE_MS, Rig, SECOND } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };

const unit = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 7) } });
const alarms = (rig: Rig): string[] => [...(rig.host.state.memory?.alarms.keys() ?? ['?'])];

function atEight(): Rig {
  const rig = unit();
  rig.until('2026-11-20T08:00+01:00');
  return rig;
}

describe('a cup sensor that cannot say whether the cup is empty', () => {
  it('locks the unit before a dose meets it', () => {
    const rig = unit();
    rig.cutPower();
    rig.cupSays = 'unknown';
    rig.boot();
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toEqual(['sensor-fault']);
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
  });
});

describe('counters that moved while nobody was at the unit', () => {
  it('lock it: nobody knows what the next sachet is', () => {
    const rig = unit();
    rig.cutPower();
    rig.bays.A.splice(0, 1);
    rig.fed.A = 1;
    rig.boot();
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toEqual(['position-mismatch']);
  });
});

describe('a cup that is empty where a dose ought to lie', () => {
  it('is a sensor that never saw it: a person finds out where the dose is', () => {
    const rig = atEight();
    rig.cupSays = 'empty';
    rig.press();
    expect(rig.custody).toBe('uncertain');
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.uncertain', ...MORNING, reason: 'no-evidence' });
    expect(alarms(rig)).toEqual(['dose-uncertain:morning/2026-11-20', 'sensor-fault']);
  });

  it.each([
    ['the board did not answer', (rig: Rig) => rig.outcomes.push({ answers: false })],
    ['the board says that something jammed', (rig: Rig) => rig.outcomes.push({ gate: 'blocked' })],
  ])('is for a person to find out also when %s', (_, spoil) => {
    const rig = atEight();
    spoil(rig);
    rig.sense({ type: 'button.pressed' });
    rig.pass(MOVE_MS + SECOND);
    // It hangs half-way, and comes loose much later.
    rig.cup.length = 0;
    rig.gate = 'clear';
    rig.pass(10 * MINUTE);
    expect(rig.custody).toBe('uncertain');
    expect(rig.recorded('dose').at(-1)).toMatchObject({ type: 'dose.uncertain', ...MORNING });
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.given).toHaveLength(1);
  });

  it('is for a person to find out also when the door was opened with the key meanwhile', () => {
    const rig = atEight();
    rig.sense({ type: 'button.pressed' });
    rig.bays.A.splice(0, 1);
    rig.fed.A = 1;
    rig.sense({ type: 'door.opened', withKey: true });
    rig.pass(MINUTE);
    expect(rig.fate('morning/2026-11-20')).toBe('uncertain');
  });

  it('was taken by somebody while the unit was off', () => {
    const rig = atEight();
    rig.sense({ type: 'button.pressed' });
    rig.cutPower();
    rig.bays.A.splice(0, 1);
    rig.fed.A = 1;
    rig.boot();
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.taken', ...MORNING, inferred: true });
  });

  it('is a citizen who was quick, when the sensor saw the dose go', () => {
    const rig = atEight();
    rig.sense({ type: 'button.pressed' });
    rig.cupSays = 'empty';
    rig.sense({ type: 'cup.emptied' });
    rig.pass(MOVE_MS);
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.taken', ...MORNING, inferred: true });
    expect(alarms(rig)).toEqual([]);
  });

  it('is for a person to find out when the bin counted nothing of what was drawn back', () => {
    const rig = atEight();
    rig.press();
    rig.pass(30 * MINUTE + SECOND);
    expect(rig.custody).toBe('retracting');
    rig.cup.length = 0;
    rig.pass(MOVE_MS);
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.uncertain', ...MORNING, reason: 'no-evidence' });
    expect(alarms(rig)).toContain('position-mismatch');
  });
});
