import { describe, expect, it } from 'vitest';
import { labels, MINUTE, Rig, SECOND } from '../rig.ts';

const ROLLS = { A: labels('2026-11-20', 7) };
/** The patience of the profile. */
const PATIENCE_MS = MINUTE;
const ALARM = { type: 'alarm.raised', code: 'mechanism-silent' };
const MORNING = { slot: 'morning', date: '2026-11-20' };
const MISSED = { type: 'dose.missed', ...MORNING };

const unit = (): Rig => new Rig({ rolls: ROLLS });

/** Out and in again every so often, for so long; each time it is asked, it answers. */
function flap(rig: Rig, everyMs: number, forMs: number): void {
  for (let passedMs = 0; passedMs < forMs; passedMs += everyMs) {
    rig.answer({ type: 'mechanism.lost' });
    rig.pass(everyMs);
  }
}

describe('a mechanism whose plug sits loosely', () => {
  it('is called silent when it was lost again and again for as long as a silent one is waited for', () => {
    const rig = unit();
    rig.until('2026-11-20T07:00+01:00');
    flap(rig, 2 * SECOND, PATIENCE_MS);
    expect(rig.recorded('alarm')).toEqual([]);
    expect(rig.custody).toBe('locked');
    rig.answer({ type: 'mechanism.lost' });
    rig.pass(SECOND);
    expect(rig.recorded('alarm')).toEqual([ALARM]);
    expect(rig.custody).toBe('fault');
  });

  it('is called silent also when it is away for most of the time, and back for a moment', () => {
    const rig = unit();
    rig.until('2026-11-20T07:00+01:00');
    const { inspect } = rig.ports.mechanism;
    rig.ports.mechanism.inspect = () => undefined;
    rig.answer({ type: 'mechanism.lost' });
    rig.pass(PATIENCE_MS - 6 * SECOND);
    expect(rig.custody).toBe('inspecting');
    rig.ports.mechanism.inspect = inspect;
    inspect();
    rig.pass(8 * SECOND);
    expect(rig.recorded('alarm')).toEqual([]);
    rig.answer({ type: 'mechanism.lost' });
    rig.pass(SECOND);
    expect(rig.recorded('alarm')).toEqual([ALARM]);
  });

  it('is waited for anew when it has stayed for so long', () => {
    const rig = unit();
    rig.until('2026-11-20T07:00+01:00');
    for (let losses = 0; losses < 5; losses += 1) {
      flap(rig, 2 * SECOND, PATIENCE_MS / 2);
      rig.pass(PATIENCE_MS);
    }
    expect(rig.recorded('alarm')).toEqual([]);
    expect(rig.custody).toBe('locked');
  });

  it('gives the dose between two losses to whoever presses then', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    flap(rig, 2 * SECOND, 10 * SECOND);
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('is waited for anew when a technician has put it right', () => {
    const rig = unit();
    rig.until('2026-11-20T07:00+01:00');
    flap(rig, 2 * SECOND, PATIENCE_MS + 2 * SECOND);
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
    flap(rig, 2 * SECOND, 10 * SECOND);
    expect(rig.recorded('alarm')).toEqual([ALARM, { ...ALARM, type: 'alarm.cleared' }]);
    expect(rig.custody).toBe('locked');
  });

  it.each([
    ['comes and goes as its window closes', 2 * SECOND],
    ['is called silent long before its window closes', 20 * MINUTE],
  ])('of a dose that is missed while it %s nobody says that it was forgotten', (_when, beforeMs) => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    rig.pass(Date.parse('2026-11-20T09:00+01:00') - beforeMs - rig.wallMs);
    flap(rig, 2 * SECOND, beforeMs + SECOND);
    expect(rig.recorded('dose.missed')).toEqual([{ ...MISSED, reason: 'blocked' }]);
  });

  it('of a dose that is missed when it has stayed again the citizen is asked', () => {
    const rig = unit();
    rig.until('2026-11-20T08:00+01:00');
    flap(rig, 2 * SECOND, 10 * SECOND);
    rig.until('2026-11-20T12:00+01:00');
    expect(rig.recorded('dose.missed')).toEqual([{ ...MISSED, reason: 'not-taken' }]);
  });
});
