import { describe, expect, it } from 'vitest';
import { IN_PLACE } from '../../../../firmware/domain/placement.ts';
import { labels, MINUTE, MOVE_MS, Rig } from '../rig.ts';

const MORNING = { slot: 'morning', date: '2026-11-20' };
const unit = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 7) } });
const hang = (rig: Rig, A: boolean, B = true): void =>
  rig.sense({ type: 'placement.changed', placement: { ...IN_PLACE, rolls: { A, B } } });
const spoken = (rig: Rig): string | undefined => rig.said.at(-1)?.phrase;
const MISSING = { type: 'alarm.raised', code: 'roll-missing' };
const HANGS = { type: 'alarm.cleared', code: 'roll-missing' };
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
    expect(rig.view).toMatchObject({ message: 'roll-missing', lamp: 'alarm', params: { code: '28' } });
    hang(rig, true);
    expect(rig.view).toMatchObject({ message: 'ready-next' });
  });

  it('is told of when its switch is read only after the door was closed', () => {
    const rig = unit();
    hang(rig, false);
    expect(spoken(rig)).toBe('roll-missing');
  });

  it('is fed nothing from: a press is refused, and nobody asks the centre to call the citizen', () => {
    const rig = unit();
    hang(rig, false);
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(spoken(rig)).toBe('roll-missing');
    expect(rig.view).toMatchObject({ message: 'roll-missing', lamp: 'alarm', button: 'idle' });
    expect(moves(rig)).toEqual([]);
    hang(rig, true);
    expect(rig.recorded('alarm')).toEqual([MISSING, HANGS]);
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
    expect(rig.view).toMatchObject({ message: 'roll-missing', params: { code: '28' } });
  });

  it('is nobody’s concern where none was fitted', () => {
    const rig = unit();
    hang(rig, true, false);
    expect(rig.view).toMatchObject({ message: 'ready-next' });
    expect(rig.recorded('alarm')).toEqual([]);
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toEqual([MORNING]);
  });
});

describe('the alarm of a roll that does not hang in its bay', () => {
  it('waits until the door is closed, stands while the next one opens it, and ends when the roll hangs', () => {
    const rig = unit();
    rig.sense({ type: 'door.opened', withKey: true });
    hang(rig, false);
    expect(rig.recorded('alarm')).toEqual([]);
    rig.sense({ type: 'door.closed' });
    expect(rig.recorded('alarm')).toEqual([MISSING]);
    rig.sense({ type: 'door.opened', withKey: true });
    expect(rig.recorded('alarm')).toEqual([MISSING]);
    hang(rig, true);
    expect(rig.recorded('alarm')).toEqual([MISSING, HANGS]);
  });

  it('ends when the bay is reported empty', () => {
    const rig = unit();
    hang(rig, false);
    rig.sense({ type: 'door.opened', withKey: true });
    rig.ask({ type: 'stock.loaded', roll: 'A', sachets: [] });
    expect(rig.recorded('alarm')).toContainEqual(HANGS);
    rig.sense({ type: 'door.closed' });
    expect(rig.recorded('alarm').filter(({ code }) => code === 'roll-missing')).toEqual([MISSING, HANGS]);
  });

  it('is raised at a start, once the mechanism was inspected, and is not told twice', () => {
    const rig = unit();
    rig.cutPower();
    rig.placement = { ...IN_PLACE, rolls: { A: false, B: true } };
    const untilInspected: unknown[] = [];
    rig.onCall = (name) => {
      if (name === 'mechanism.inspect') untilInspected.push(rig.recorded('alarm'));
    };
    rig.boot();
    expect(untilInspected).toEqual([[]]);
    expect(rig.recorded('alarm')).toEqual([MISSING]);
    rig.cutPower();
    rig.boot();
    expect(rig.recorded('alarm')).toEqual([MISSING]);
  });

  it('ends at the start after which the roll hangs', () => {
    const rig = unit();
    hang(rig, false);
    rig.cutPower();
    rig.placement = IN_PLACE;
    rig.boot();
    expect(rig.recorded('alarm')).toEqual([MISSING, HANGS]);
  });

  it('waits for a door of which nothing was known at the start', () => {
    const rig = unit();
    rig.cutPower();
    rig.placement = { ...IN_PLACE, rolls: { A: false, B: true } };
    rig.door = 'unknown';
    rig.boot();
    expect(rig.recorded('alarm')).toEqual([]);
    rig.sense({ type: 'door.closed' });
    expect(rig.recorded('alarm')).toEqual([MISSING]);
  });

  it('is none of a unit that was replaced: its rolls go over to the other one', () => {
    const rig = unit();
    rig.ask({ type: 'handover.asked', heir: new Uint8Array(32) });
    hang(rig, false);
    expect(rig.view).toMatchObject({ message: 'handed-over' });
    expect(rig.recorded('alarm')).toEqual([]);
  });
});
