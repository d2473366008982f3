import { describe, expect, it } from 'vitest';
import { mayTry } from '../../../../firmware/air/may-try.ts';
import { labels, MINUTE, Rig } from '../rig.ts';

const ROLL = { A: labels('2026-11-20', 7) };
const unitAt = (at?: string) => new Rig({ rolls: ROLL, ...(at === undefined ? {} : { at }) });
const may = (rig: Rig) => mayTry(rig.host.state, rig.wallMs);

/** The dose of the morning opens at 07:30, is due at 08:00 and closes at 09:00. */
describe('new firmware', () => {
  it('may be tried while the unit is at rest and no dose is near', () => {
    expect(may(unitAt())).toBe(true);
  });

  it('may be tried on a unit that has no plan yet', () => {
    expect(may(new Rig({ unconfigured: true }))).toBe(true);
  });

  it('may not be tried in the quarter of an hour before a dose opens, nor while it is open', () => {
    const rig = unitAt();
    rig.until('2026-11-20T07:14:59+01:00');
    expect(may(rig)).toBe(true);
    rig.until('2026-11-20T07:15:01+01:00');
    expect(may(rig)).toBe(false);
    rig.until('2026-11-20T08:59+01:00');
    expect(may(rig)).toBe(false);
    rig.until('2026-11-20T09:01+01:00');
    expect(may(rig)).toBe(true);
  });

  it('may not be tried from the press until the dose is taken, and then may', () => {
    const rig = unitAt();
    rig.until('2026-11-20T08:00+01:00');
    rig.sense({ type: 'button.pressed' });
    expect([rig.custody, may(rig)]).toEqual(['releasing', false]);
    rig.pass(MINUTE);
    expect([rig.custody, may(rig)]).toEqual(['presented', false]);
    rig.take();
    expect([rig.custody, may(rig)]).toEqual(['locked', true]);
  });

  it('may not be tried while nobody knows what became of a dose, also when that is long ago', () => {
    const rig = unitAt();
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({ moves: true, answers: true, gate: 'blocked' });
    rig.press();
    rig.until('2026-11-20T11:00+01:00');
    expect(rig.fate('morning/2026-11-20')).toBe('uncertain');
    expect(may(rig)).toBe(false);
  });

  it('may not be tried while the door is open, nor during a take-out', () => {
    const rig = unitAt();
    rig.sense({ type: 'door.opened', withKey: true });
    expect([rig.custody, may(rig)]).toEqual(['open', false]);
    rig.sense({ type: 'door.closed' });
    rig.pass(MINUTE);
    expect(may(rig)).toBe(true);
    rig.ask({ type: 'takeOut.requested', doses: 2 });
    expect([rig.custody, may(rig)]).toEqual(['takeOut', false]);
  });

  it('may be tried on a unit that is locked by a fault: it may be the way out', () => {
    const rig = unitAt();
    rig.ports.mechanism.inspect = () => undefined;
    rig.ask({ type: 'selfTest.requested', parts: ['motor'] });
    rig.pass(10 * MINUTE);
    expect([rig.custody, may(rig)]).toEqual(['fault', true]);
  });

  it('may be tried at any hour while the citizen is away: nothing comes out then', () => {
    const rig = unitAt('2026-11-20T07:20+01:00');
    expect(may(rig)).toBe(false);
    rig.ask({ type: 'absence.started', untilMs: rig.wallMs + 48 * 60 * MINUTE });
    expect(may(rig)).toBe(true);
  });

  it('may not be tried by a unit that has locked itself down', () => {
    const rig = new Rig({ unprovisioned: true });
    expect([rig.host.state.phase, may(rig)]).toEqual(['lockedDown', false]);
  });
});
