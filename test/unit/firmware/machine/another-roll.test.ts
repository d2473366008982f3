import { describe, expect, it } from 'vitest';
import type { RollId } from '../../../../hal/ports/mechanism.ts';
import { CONFIG, DAY, HOUR, labels, MINUTE, MOVE_MS, Rig, SECOND } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };
const EVENING = { slot: 'evening', date: '2026-11-20' };
const NEXT_MORNING = { slot: 'morning', date: '2026-11-21' };
const alarms = (rig: Rig): string[] => [...(rig.host.state.memory?.alarms.keys() ?? ['?'])];

/** A nurse fits rolls of which the unit is told only how many sachets they have. */
function fillUnlabelled(rig: Rig, rolls: Partial<Record<RollId, ReturnType<typeof labels>>>): void {
  rig.sense({ type: 'door.opened', withKey: true });
  rig.pass(SECOND);
  for (const [roll, sachets] of Object.entries(rolls) as [RollId, ReturnType<typeof labels>][]) {
    rig.bays[roll] = [...sachets];
    const told = sachets.map((sachet) => (sachet === null ? null : ('unlabelled' as const)));
    rig.ask({ type: 'stock.loaded', roll, sachets: told });
  }
  rig.sense({ type: 'door.closed' });
  rig.pass(SECOND);
}

describe('a roll that is changed while nobody knows what the last movement did', () => {
  it('is taken in only when that is known, however the key switch bounces: never two doses for one', () => {
    const sachets = labels('2026-11-20', 3);
    const rig = new Rig({ rolls: { A: sachets } });
    rig.until('2026-11-20T08:00+01:00');
    rig.sense({ type: 'button.pressed' });
    rig.pass(MOVE_MS - 100);
    // It falls; before the board says so somebody opens, and the switch bounces.
    rig.cup.push(...rig.bays.A.splice(0, 1));
    rig.fed.A = 1;
    rig.sense({ type: 'door.opened', withKey: true });
    rig.sense({ type: 'door.opened', withKey: true });
    rig.bays.A = [...sachets];
    rig.ask({ type: 'stock.loaded', roll: 'A', sachets });
    expect(rig.recorded('stock.loaded')).toHaveLength(1);
    rig.pass(SECOND);
    expect(rig.custody).toBe('open');
    expect(rig.recorded('dose').at(-1)).toMatchObject({ type: 'dose.presented', ...MORNING });
    rig.take();
    rig.ask({ type: 'stock.loaded', roll: 'A', sachets });
    rig.pass(SECOND);
    rig.sense({ type: 'door.closed' });
    rig.pass(MINUTE);
    expect(rig.fate('morning/2026-11-20')).toBe('withheld');
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([EVENING]);
  });

  it('is not taken in after a restart with the door open before the mechanism has answered', () => {
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 3) } });
    rig.until('2026-11-20T08:00+01:00');
    rig.sense({ type: 'button.pressed' });
    rig.pass(MOVE_MS - 100);
    rig.cutPower();
    rig.ports.mechanism.inspect = () => {};
    rig.boot();
    rig.sense({ type: 'door.opened', withKey: true });
    rig.ask({ type: 'stock.loaded', roll: 'A', sachets: ['unlabelled'] });
    expect(rig.host.state.memory?.rolls.get('A')?.sachets).toHaveLength(6);
    expect(rig.said.at(-1)?.phrase).toBe('working');
  });

  it('owes nothing of the doubted dose that came from the roll before', () => {
    const rig = new Rig();
    fillUnlabelled(rig, { A: labels('2026-11-20', 3) });
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({ moves: false, gate: 'blocked' });
    rig.press();
    rig.gate = 'clear';
    fillUnlabelled(rig, { A: labels('2026-11-20', 3).slice(1) });
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    rig.ask({ type: 'uncertainty.settled', dose: 'morning/2026-11-20', fate: 'missed' });
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.bin).toEqual([]);
    expect(rig.cup).toEqual([EVENING]);
  });
});

describe('rolls without labels', () => {
  it('give the right dose after one that was missed behind an empty sachet while nothing could move', () => {
    const rig = new Rig();
    rig.setPower({ source: 'battery', batteryPercent: 5 });
    fillUnlabelled(rig, { A: [null, ...labels('2026-11-20', 3)] });
    rig.until('2026-11-20T09:01+01:00');
    rig.setPower({ source: 'mains', batteryPercent: 5 });
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([EVENING]);
    expect(rig.bin).toEqual([null, MORNING]);
  });

  it('give the right dose after two that were missed across two bays', () => {
    const rig = new Rig();
    const sachets = labels('2026-11-20', 3);
    fillUnlabelled(rig, { A: sachets.slice(0, 1), B: sachets.slice(1) });
    rig.cutPower();
    rig.pass(16 * HOUR);
    rig.boot();
    rig.until('2026-11-21T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([NEXT_MORNING]);
    expect(rig.bin).toEqual([MORNING, EVENING]);
  });

  it('lock the unit until the very bay is fitted anew that nobody can be sure of', () => {
    const rig = new Rig();
    fillUnlabelled(rig, { A: labels('2026-11-20', 3) });
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({ gate: 'blocked' });
    rig.sense({ type: 'button.pressed' });
    // The counter stands where it stood, though a sachet lies in the cup.
    rig.fed.A = -1;
    rig.pass(MOVE_MS);
    rig.gate = 'clear';
    rig.take();
    rig.ask({ type: 'uncertainty.settled', dose: 'morning/2026-11-20', fate: 'taken' });
    rig.ask({ type: 'fault.repaired' });
    fillUnlabelled(rig, { B: labels('2026-11-23', 3) });
    expect(alarms(rig)).toContain('stock-mismatch');
    fillUnlabelled(rig, { A: labels('2026-11-20', 3).slice(1) });
    expect(alarms(rig)).toEqual([]);
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([EVENING]);
  });

  it('are not taken in while the clock is in doubt, which would owe them to doses long gone', () => {
    const rig = new Rig();
    fillUnlabelled(rig, { A: labels('2026-11-20', 3) });
    rig.stepClock(-HOUR);
    rig.ask({ type: 'tick' });
    fillUnlabelled(rig, { A: labels('2026-11-20', 3) });
    expect(rig.recorded('stock.loaded')).toHaveLength(1);
    expect(rig.said.at(-1)?.phrase).toBe('time-suspect');
    expect(alarms(rig)).toContain('stock-mismatch');
    rig.source = 'synchronised';
    rig.stepClock(HOUR);
    rig.ask({ type: 'tick' });
    fillUnlabelled(rig, { A: labels('2026-11-20', 3) });
    expect(alarms(rig)).toEqual(['stock-low']);
  });

  it('lock the unit when hands have cut one, for nobody knows which', () => {
    const rig = new Rig();
    fillUnlabelled(rig, { A: labels('2026-11-20', 3) });
    rig.sense({ type: 'door.opened', withKey: true });
    rig.bays.A.shift();
    rig.fed.A = 1;
    rig.sense({ type: 'door.closed' });
    rig.pass(SECOND);
    expect(alarms(rig)).toContain('stock-mismatch');
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
  });
});

describe('a sachet where none ought to be', () => {
  it('that falls late is noticed when a hand takes it, and none follows', () => {
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 3) } });
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({ moves: false, answers: false });
    rig.sense({ type: 'button.pressed' });
    rig.pass(MINUTE + SECOND);
    rig.cup.push(...rig.bays.A.splice(0, 1));
    rig.fed.A = 1;
    rig.pass(SECOND);
    rig.take();
    rig.pass(SECOND);
    expect(alarms(rig)).toContain('position-mismatch');
    rig.press();
    expect(rig.cup).toEqual([]);
  });

  it('of half a dose that was emptied at the open door is told: the other half does not come alone', () => {
    const slots = CONFIG.regimen.slots.map((slot) => ({ ...slot, sachets: 2 }));
    const rig = new Rig({
      config: { regimen: { slots } },
      rolls: { A: labels('2026-11-20', 3, ['morning', 'morning', 'evening', 'evening']) },
    });
    rig.until('2026-11-20T08:00+01:00');
    rig.sense({ type: 'button.pressed' });
    rig.pass(MOVE_MS + SECOND);
    rig.sense({ type: 'door.opened', withKey: true });
    rig.pass(SECOND);
    rig.take();
    rig.sense({ type: 'door.closed' });
    rig.pass(MINUTE);
    expect(rig.cup).toEqual([]);
    expect(rig.recorded('dose').at(-1)).toEqual({ type: 'dose.uncertain', ...MORNING, reason: 'partial' });
  });
});

describe('the least interval', () => {
  it('runs from the hand that took the last dose, not from the blade that cut it', () => {
    const slots = [
      { id: 'morning', at: '08:00', beforeMinutes: 0, afterMinutes: 60 },
      { id: 'evening', at: '12:00', beforeMinutes: 0, afterMinutes: 239 },
    ];
    const rig = new Rig({
      config: { presentMinutes: 240, regimen: { minIntervalMinutes: 240, slots } },
      rolls: { A: labels('2026-11-20', 3) },
    });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.until('2026-11-20T11:58+01:00');
    rig.take();
    rig.until('2026-11-20T12:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
    rig.until('2026-11-20T15:58:01+01:00');
    rig.press();
    expect(rig.cup).toEqual([EVENING]);
  });

  it('is not years long after a clock that was years ahead', () => {
    const rig = new Rig({
      config: { regimen: { ...CONFIG.regimen, minIntervalMinutes: 60 } },
      rolls: { A: labels('2026-11-20', 7) },
    });
    rig.cutPower();
    // A step of days that a restart hides: the chip vouches for itself.
    rig.stepClock(3 * DAY);
    rig.boot();
    rig.until('2026-11-23T08:00+01:00');
    rig.press();
    rig.take();
    rig.source = 'synchronised';
    rig.stepClock(-3 * DAY);
    rig.ask({ type: 'tick' });
    rig.pass(HOUR);
    const { lastDoseMs } = rig.host.state.memory?.registers ?? {};
    expect(lastDoseMs).toBeLessThanOrEqual(rig.wallMs);
  });

  it('holds for a dose that is due, also when it is asked for as a take-out', () => {
    const slots = [
      { id: 'morning', at: '08:00', beforeMinutes: 0, afterMinutes: 119 },
      { id: 'evening', at: '10:00', beforeMinutes: 0, afterMinutes: 239 },
    ];
    const rig = new Rig({
      config: { regimen: { minIntervalMinutes: 120, slots } },
      rolls: { A: labels('2026-11-20', 3) },
    });
    rig.until('2026-11-20T09:58+01:00');
    rig.press();
    rig.take();
    rig.until('2026-11-20T10:00+01:00');
    rig.ask({ type: 'takeOut.requested', doses: 1 });
    rig.pass(MOVE_MS);
    expect(rig.cup).toEqual([]);
    expect(rig.said.at(-1)?.phrase).toBe('too-soon');
  });
});

describe('a wrong answer of the network about the time', () => {
  it('costs no dose and swallows no roll', () => {
    const rig = new Rig();
    rig.source = 'synchronised';
    rig.fill({ A: labels('2026-11-20', 14) });
    rig.pass(MINUTE);
    rig.stepClock(30 * DAY);
    rig.ask({ type: 'tick' });
    rig.pass(MINUTE);
    rig.stepClock(-30 * DAY);
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
    expect(rig.bin).toEqual([]);
  });
});

describe('a door that stands open over a dose', () => {
  it('is why that dose was missed', () => {
    const rig = new Rig({ rolls: { A: labels('2026-11-20', 3) } });
    rig.sense({ type: 'door.opened', withKey: true });
    rig.until('2026-11-20T09:01+01:00');
    expect(rig.recorded('dose')).toEqual([{ type: 'dose.missed', ...MORNING, reason: 'blocked' }]);
  });
});
