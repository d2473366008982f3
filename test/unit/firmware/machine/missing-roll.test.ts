import { describe, expect, it } from 'vitest';
import { IN_PLACE } from '../../../../firmware/domain/placement.ts';
import { labels, MINUTE, MOVE_MS, Rig } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };
const unit = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 7) } });
const hang = (rig: Rig, A: boolean, B = true): void =>
  rig.sense({ type: 'placement.changed', placement: { ...IN_PLACE, rolls: { A, B } } });
const spoken = (rig: Rig): string | undefined => rig.said.at(-1)?.phrase;
const moves = (rig: Rig): string[] => rig.calls.filter((call) => /^mechanism\.(release|swallow|retract)/.test(call));

describe('a roll that does not hang in its bay', () => {
  it('is told of when the door is closed, and for as long as it lasts', () => {
    const rig = unit();
    rig.sense({ type: 'door.opened', withKey: true });
    hang(rig, false);
    const before = rig.said.length;
    expect(rig.view).toMatchObject({ message: 'open' });
    rig.sense({ type: 'door.closed' });
    rig.pass(MINUTE);
    expect(rig.said.slice(before).map(({ phrase }) => phrase)).toEqual(['roll-missing']);
    expect(rig.view).toMatchObject({ message: 'roll-missing', lamp: 'warn' });
    hang(rig, true);
    expect(rig.view).toMatchObject({ message: 'ready-next' });
  });

  it('is told of when its switch is read only after the door was closed', () => {
    const rig = unit();
    hang(rig, false);
    expect(spoken(rig)).toBe('roll-missing');
  });

  it('is fed nothing from: a press is refused, and the centre hears of it while there is time', () => {
    const rig = unit();
    hang(rig, false);
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(spoken(rig)).toBe('roll-missing');
    expect(rig.view).toMatchObject({ message: 'roll-missing', button: 'idle', sound: 0 });
    expect(moves(rig)).toEqual([]);
    expect(rig.recorded('alarm')).toEqual([{ type: 'alarm.raised', code: 'about-to-miss', ...MORNING }]);
    hang(rig, true);
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });

  it('costs a dose for want of medicine, not because it was forgotten', () => {
    const rig = unit();
    hang(rig, false);
    rig.until('2026-11-20T09:01+01:00');
    expect(rig.recorded('dose.missed')).toEqual([{ type: 'dose.missed', ...MORNING, reason: 'no-stock' }]);
    expect(moves(rig)).toEqual([]);
    hang(rig, true);
    rig.pass(MOVE_MS);
    expect(rig.bin).toEqual([MORNING]);
  });

  it('with a leftover on it holds up the next dose, which is said', () => {
    const rig = unit();
    hang(rig, false);
    rig.until('2026-11-20T20:01+01:00');
    rig.press();
    expect(spoken(rig)).toBe('roll-missing');
    expect(rig.recorded('alarm.raised').at(-1)).toMatchObject({ code: 'about-to-miss', slot: 'evening' });
  });

  it('is nobody’s concern where none was fitted', () => {
    const rig = unit();
    hang(rig, true, false);
    expect(rig.view).toMatchObject({ message: 'ready-next' });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });
});
