import { describe, expect, it } from 'vitest';
import { mayRestart } from '../../../../firmware/host/may-restart.ts';
import { labels, MINUTE, Rig } from '../rig.ts';

const may = (rig: Rig) => mayRestart(rig.host.state);

/** The dose of the morning opens at 07:30 and closes at 09:00. */
function unitAt(time: string): Rig {
  const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
  rig.until(`2026-11-20T${time}+01:00`);
  return rig;
}

describe('a restart for new firmware', () => {
  it('may come between two doses, and on a unit that runs no machine', () => {
    expect([may(unitAt('07:00')), may(new Rig({ unprovisioned: true })), mayRestart(undefined)]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('must not come while a dose is open', () => {
    const rig = unitAt('07:30:01');
    expect(may(rig)).toBe(false);
    rig.until('2026-11-20T09:01+01:00');
    expect(may(rig)).toBe(true);
  });

  it('must not come while anything moves, also what is swallowed when no dose is open', () => {
    const rig = unitAt('09:00:01');
    expect([rig.custody, may(rig)]).toEqual(['swallowing', false]);
    rig.pass(MINUTE);
    expect([rig.custody, may(rig)]).toEqual(['locked', true]);
  });

  it('must not come while a dose lies in the cup, also after its window has closed', () => {
    const rig = unitAt('08:59');
    rig.press();
    rig.until('2026-11-20T09:05+01:00');
    expect([rig.custody, may(rig)]).toEqual(['presented', false]);
    rig.take();
    expect(may(rig)).toBe(true);
  });

  it('must not come while nobody knows what became of a dose, however long ago', () => {
    const rig = unitAt('08:00');
    rig.outcomes.push({ gate: 'blocked' });
    rig.press();
    rig.until('2026-11-20T12:00+01:00');
    expect([rig.fate('morning/2026-11-20'), may(rig)]).toEqual(['uncertain', false]);
    rig.ask({ type: 'uncertainty.settled', dose: 'morning/2026-11-20', fate: 'missed' });
    expect(may(rig)).toBe(true);
  });

  it('may come in a window that an absence lets pass', () => {
    const rig = unitAt('07:00');
    rig.ask({ type: 'absence.started', untilMs: rig.wallMs + 48 * 60 * MINUTE });
    rig.until('2026-11-20T08:00+01:00');
    expect(may(rig)).toBe(true);
  });
});
