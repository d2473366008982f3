import { describe, expect, it } from 'vitest';
import { CONFIG, HOUR, labels, MINUTE, MOVE_MS, Rig, SECOND } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };
const EVENING = { slot: 'evening', date: '2026-11-20' };

const unit = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 7) } });
const alarms = (rig: Rig): string[] => [...(rig.host.state.memory?.alarms.keys() ?? ['?'])];
const releases = (rig: Rig): number => rig.calls.filter((call) => call.startsWith('mechanism.release')).length;

/** The gate blocks the first dose and is freed; what became of the dose, a person says. */
function settleAfterBlockedGate(rig: Rig, at: string, fate: 'taken' | 'missed'): void {
  rig.until(`2026-11-20T${at}+01:00`);
  rig.outcomes.push({ gate: 'blocked' });
  rig.press();
  rig.gate = 'clear';
  rig.ask({ type: 'uncertainty.settled', dose: 'morning/2026-11-20', fate });
}

describe('a mechanism that fails', () => {
  it('is tried a second time, and called jammed when it stands still twice', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({ moves: false }, { moves: false });
    rig.press();
    expect(rig.custody).toBe('locked');
    rig.press();
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toEqual(['mechanism-jam']);
    expect(rig.view).toMatchObject({ message: 'fault', lamp: 'alarm' });
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('that does not answer is stopped, and judged by its counters', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({ answers: false });
    rig.press();
    expect(rig.custody).toBe('releasing');
    rig.pass(MINUTE);
    expect(rig.calls).toContain('mechanism.stop');
    expect(rig.custody).toBe('presented');
    rig.take();
    rig.press();
    expect(releases(rig)).toBe(1);
  });

  it('that stands still until the window has closed costs a dose at once, not silence until the next', () => {
    const rig = unit();
    rig.until('2026-11-20T08:59:58+01:00');
    rig.outcomes.push({ moves: false });
    rig.press();
    expect(rig.recorded('dose')).toEqual([{ type: 'dose.missed', ...MORNING, reason: 'not-taken' }]);
    expect(alarms(rig)).toContain('dose-missed:morning/2026-11-20');
  });

  it('that jams with a sachet half out leaves the dose to a person, and gives it never again', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({ gate: 'blocked' });
    rig.press();
    expect(rig.custody).toBe('uncertain');
    expect(alarms(rig)).toEqual(expect.arrayContaining(['mechanism-jam', 'dose-uncertain:morning/2026-11-20']));
    rig.press();
    rig.pass(HOUR);
    rig.press();
    expect(releases(rig)).toBe(1);
  });

  it('that stalls between two sachets of a dose says so at once, and is put right without a new roll', () => {
    const [morning, evening] = CONFIG.regimen.slots.map((slot) => ({ ...slot, sachets: 2 }));
    const slots = [morning, evening].filter((slot) => slot !== undefined);
    const rig = new Rig({
      config: { regimen: { slots } },
      rolls: { A: labels('2026-11-20', 4, ['morning', 'morning', 'evening', 'evening']) },
    });
    rig.until('2026-11-20T08:00+01:00');
    rig.outcomes.push({}, { moves: false }, { moves: false });
    rig.press();
    rig.pass(MINUTE);
    expect(rig.custody).toBe('uncertain');
    expect(alarms(rig)).toEqual(expect.arrayContaining(['mechanism-jam', 'dose-uncertain:morning/2026-11-20']));
    rig.pass(2 * HOUR);
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    expect(rig.custody).toBe('uncertain');
    rig.take();
    rig.ask({ type: 'uncertainty.settled', dose: 'morning/2026-11-20', fate: 'taken' });
    rig.pass(MINUTE);
    expect(rig.custody).toBe('locked');
    expect(rig.bin).toEqual([MORNING]);
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    rig.pass(MOVE_MS);
    expect(rig.cup).toEqual([EVENING, EVENING]);
  });

  it('whose sachet of a settled dose still lies in the cup is locked until somebody has taken it out', () => {
    const rig = unit();
    settleAfterBlockedGate(rig, '08:00', 'taken');
    rig.pass(SECOND);
    rig.ask({ type: 'fault.repaired' });
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
    expect(rig.view).toMatchObject({ message: 'fault', lamp: 'alarm' });
    rig.take();
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    rig.fill({ A: labels('2026-11-20', 7).slice(1) });
    rig.press();
    expect(rig.cup).toEqual([EVENING]);
  });

  it('whose sachet was counted and hung out gives nothing until its roll is fitted anew, wherever the sachet went', () => {
    const rig = unit();
    settleAfterBlockedGate(rig, '08:00', 'taken');
    rig.pass(SECOND);
    rig.take();
    rig.ask({ type: 'fault.repaired' });
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(alarms(rig)).toContain('stock-mismatch');
  });

  it('that released after all, as the counters say later, has the next dose wait its least interval', () => {
    const config = { regimen: { ...CONFIG.regimen, minIntervalMinutes: 720 } };
    const rig = new Rig({ config, rolls: { A: labels('2026-11-20', 7) } });
    settleAfterBlockedGate(rig, '08:30', 'missed');
    rig.pass(SECOND);
    rig.take();
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    rig.fill({ A: labels('2026-11-20', 7).slice(1) });
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.said.at(-1)?.phrase).toBe('too-soon');
    rig.until('2026-11-20T20:31+01:00');
    rig.press();
    expect(rig.cup).toEqual([EVENING]);
  });

  it('whose counter stood still has the next dose wait its least interval, when a person says that it was taken', () => {
    const config = { regimen: { ...CONFIG.regimen, minIntervalMinutes: 720 } };
    const rig = new Rig({ config, rolls: { A: labels('2026-11-20', 7) } });
    rig.until('2026-11-20T08:30+01:00');
    rig.outcomes.push({ gate: 'blocked' });
    rig.press();
    rig.gate = 'clear';
    rig.fed.A = 0;
    rig.take();
    rig.ask({ type: 'uncertainty.settled', dose: 'morning/2026-11-20', fate: 'taken' });
    rig.fill({ A: labels('2026-11-20', 7).slice(1) });
    rig.ask({ type: 'fault.repaired' });
    rig.until('2026-11-20T20:00+01:00');
    rig.press();
    expect(rig.said.at(-1)?.phrase).toBe('too-soon');
    rig.until('2026-11-20T20:31+01:00');
    rig.press();
    expect(rig.cup).toEqual([EVENING]);
  });

  it('is not believed when it answers for an earlier movement', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    const stale = rig.evidence();
    rig.outcomes.push({ answers: false, moves: false });
    rig.press();
    rig.pass(2 * MINUTE);
    rig.sense({ type: 'button.pressed' });
    rig.answer({ type: 'mechanism.moved', intent: 1, evidence: stale });
    expect(rig.custody).toBe('releasing');
    rig.pass(MOVE_MS);
    expect(rig.custody).toBe('presented');
    expect(rig.cup).toEqual([MORNING]);
  });

  it('whose board is lost at rest is asked at once, and called silent when it stays away', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.ports.mechanism.inspect = () => {};
    rig.answer({ type: 'mechanism.lost' });
    expect(rig.custody).toBe('inspecting');
    rig.press();
    expect(rig.cup).toEqual([]);
    rig.pass(2 * MINUTE);
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toContain('mechanism-silent');
  });

  it('that falls silent in a movement leaves its dose in doubt at once, and what it says later does not give it again', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    const inspect = rig.ports.mechanism.inspect;
    rig.outcomes.push({ answers: false });
    rig.ports.mechanism.inspect = () => {};
    rig.press();
    rig.pass(3 * MINUTE);
    expect(alarms(rig)).toEqual(expect.arrayContaining(['mechanism-silent', 'dose-uncertain:morning/2026-11-20']));
    expect(rig.custody).toBe('uncertain');
    rig.ports.mechanism.inspect = inspect;
    rig.ask({ type: 'uncertainty.settled', dose: 'morning/2026-11-20', fate: 'missed' });
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    rig.press();
    expect(rig.given).toHaveLength(1);
  });

  it('whose board is lost over a dose in the cup is asked, for nobody sees a hand meanwhile', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.pass(MOVE_MS);
    rig.answer({ type: 'mechanism.lost' });
    expect(rig.custody).toBe('inspecting');
  });

  it('whose board is back in time goes on, and a dose in the cup that nobody sees now is not called taken', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    rig.pass(MOVE_MS);
    rig.answer({ type: 'mechanism.lost' });
    rig.pass(MINUTE / 2);
    expect(rig.custody).toBe('presented');
    expect(alarms(rig)).toEqual([]);
  });

  it('is silent to the first question already: nothing moves, and it is called silent, not jammed', () => {
    const rig = unit();
    rig.cutPower();
    rig.ports.mechanism.inspect = () => {};
    rig.boot();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([]);
    expect(rig.custody).toBe('fault');
    expect(alarms(rig)).toEqual(['mechanism-silent']);
  });
});
