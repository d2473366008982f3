import { describe, expect, it } from 'vitest';
import { IN_PLACE } from '../../../../firmware/domain/placement.ts';
import { CONFIG, labels, MINUTE, MOVE_MS, Rig, type RigOptions, SECOND } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };
const unit = (options: RigOptions = {}): Rig => new Rig({ rolls: { A: labels('2026-11-20', 7) }, ...options });
/** Two sachets a dose. */
const double = (): Rig => {
  const slots = CONFIG.regimen.slots.map((slot) => ({ ...slot, sachets: 2 }));
  return unit({
    config: { regimen: { slots } },
    rolls: { A: labels('2026-11-20', 7).flatMap((label) => [label, label]) },
  });
};
const moves = (rig: Rig): string[] => rig.calls.filter((call) => /^mechanism\.(release|swallow|retract)/.test(call));
const place = (rig: Rig, upright: boolean): void =>
  rig.sense({ type: 'placement.changed', placement: { ...IN_PLACE, upright } });
const spoken = (rig: Rig): string | undefined => rig.said.at(-1)?.phrase;

describe('a unit that lies on its side', () => {
  it('says so as soon as a dose calls, moves nothing at a press, and gives the dose once it is set up', () => {
    const rig = unit();
    place(rig, false);
    rig.until('2026-11-20T08:00+01:00');
    expect(rig.view).toMatchObject({ message: 'tilted', lamp: 'call', button: 'idle', sound: 1 });
    expect(spoken(rig)).toBe('tilted');
    rig.press();
    expect(spoken(rig)).toBe('tilted');
    expect(moves(rig)).toEqual([]);
    place(rig, true);
    expect(rig.view).toMatchObject({ message: 'dose-call', button: 'release' });
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('leaves a dose that goes from its cup meanwhile to a person: it may have fallen out', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    place(rig, false);
    rig.take();
    rig.pass(SECOND);
    expect(rig.recorded('dose.taken')).toEqual([]);
    expect(rig.recorded('dose.uncertain')).toHaveLength(1);
    expect(rig.custody).toBe('uncertain');
  });

  it('and whose cup is found empty after a restart does so, too', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    place(rig, false);
    rig.cup.length = 0;
    rig.boot();
    rig.pass(MINUTE);
    expect(rig.recorded('dose.taken')).toEqual([]);
    expect(rig.recorded('dose.uncertain')).toHaveLength(1);
  });

  it('that breaks off a take-out is not quiet for the whole journey', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.ask({ type: 'takeOut.requested', doses: 3, awayUntilMs: Date.parse('2026-11-25T08:00+01:00') });
    rig.pass(MOVE_MS);
    rig.take();
    place(rig, false);
    rig.pass(MINUTE);
    place(rig, true);
    expect(rig.cup.length + rig.recorded('dose.taken').length + rig.recorded('dose.takenOut').length).toBeLessThan(3);
    rig.until('2026-11-21T08:30+01:00');
    expect(rig.view).toMatchObject({ message: 'dose-call', button: 'release' });
  });

  it('says so at once when it is laid down while a dose calls', () => {
    const rig = unit();
    rig.until('2026-11-20T08:01+01:00');
    place(rig, false);
    expect(spoken(rig)).toBe('tilted');
  });

  it('shows what to do while no dose calls, and says nothing', () => {
    const rig = unit();
    rig.until('2026-11-20T06:30+01:00');
    const before = rig.said.length;
    place(rig, false);
    expect(rig.view).toMatchObject({ message: 'tilted', lamp: 'warn', sound: 0 });
    expect(rig.said).toHaveLength(before);
  });

  it('calls louder and louder, and its missed dose was not forgotten', () => {
    const rig = unit();
    place(rig, false);
    rig.until('2026-11-20T08:59+01:00');
    expect(rig.view).toMatchObject({ message: 'tilted', sound: 3 });
    rig.until('2026-11-20T09:01+01:00');
    expect(rig.recorded('dose.missed')).toEqual([{ type: 'dose.missed', ...MORNING, reason: 'blocked' }]);
    expect(moves(rig)).toEqual([]);
  });

  it('swallows what was missed when it is set up', () => {
    const rig = unit();
    place(rig, false);
    rig.until('2026-11-20T09:30+01:00');
    expect(rig.bin).toEqual([]);
    place(rig, true);
    rig.pass(MOVE_MS);
    expect(rig.bin).toEqual([MORNING]);
  });

  it('calls for the next dose while the one before still hangs in front of it', () => {
    const rig = unit();
    place(rig, false);
    rig.until('2026-11-20T20:01+01:00');
    expect(rig.view).toMatchObject({ message: 'tilted', lamp: 'call' });
    place(rig, true);
    rig.pass(MOVE_MS);
    rig.press();
    expect(rig.cup).toEqual([{ ...MORNING, slot: 'evening' }]);
  });

  it('leaves a dose in the cup, tells of it, and draws it back when it is set up', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    place(rig, false);
    expect(rig.view).toMatchObject({ message: 'take-the-sachet' });
    rig.pass(60 * MINUTE);
    expect(rig.cup).toEqual([MORNING]);
    expect(rig.recorded('alarm.raised')).toContainEqual({ type: 'alarm.raised', code: 'dose-not-taken', ...MORNING });
    place(rig, true);
    rig.pass(MOVE_MS);
    expect(rig.bin).toEqual([MORNING]);
  });

  it('finishes a dose of two sachets when it is set up between them', () => {
    const rig = double();
    rig.until('2026-11-20T08:00+01:00');
    rig.sense({ type: 'button.pressed' });
    place(rig, false);
    rig.pass(MOVE_MS + 5 * MINUTE);
    expect(rig.cup).toHaveLength(1);
    expect(rig.custody).toBe('locked');
    expect(rig.view).toMatchObject({ message: 'tilted' });
    place(rig, true);
    rig.pass(MOVE_MS);
    expect(rig.cup).toHaveLength(2);
    expect(rig.custody).toBe('presented');
  });

  it('asks a person about half a dose whose window has passed meanwhile', () => {
    const rig = double();
    rig.until('2026-11-20T08:00+01:00');
    rig.sense({ type: 'button.pressed' });
    place(rig, false);
    rig.until('2026-11-20T09:05+01:00');
    expect(rig.custody).toBe('uncertain');
    expect(rig.fate('morning/2026-11-20')).toBe('uncertain');
  });

  it('gives nothing along for a trip, and says why', () => {
    const rig = unit();
    place(rig, false);
    rig.ask({ type: 'takeOut.requested', doses: 2 });
    expect(spoken(rig)).toBe('tilted');
    expect(moves(rig)).toEqual([]);
  });

  it('is found so at its start', () => {
    const rig = unit();
    rig.until('2026-11-20T07:50+01:00');
    rig.cutPower();
    rig.placement = { ...IN_PLACE, upright: false };
    rig.boot();
    rig.pass(SECOND);
    rig.press();
    expect(moves(rig)).toEqual([]);
    expect(spoken(rig)).toBe('tilted');
  });
});
