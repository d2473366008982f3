import { describe, expect, it } from 'vitest';
import { labels, MINUTE, Rig } from '../rig.ts';

const DOSE = { slot: 'morning', date: '2026-11-20' };

describe('a window that was open when the unit was set up', () => {
  const at = '2026-11-20T08:20+01:00';

  it('is the unit’s when a roll carries its label: called, released, taken', () => {
    const rig = new Rig({ at, rolls: { A: labels('2026-11-20', 3) } });
    rig.pass(MINUTE);
    expect(rig.view).toMatchObject({ message: 'dose-call', button: 'release' });
    rig.press();
    rig.take();
    expect(rig.given.map(({ sachet }) => sachet)).toEqual([DOSE]);
    expect(rig.fate('morning/2026-11-20')).toBe('taken');
  });

  it('is the unit’s when that roll is fitted later, and missed aloud when nobody takes it', () => {
    const rig = new Rig({ at });
    rig.until('2026-11-20T08:50+01:00');
    rig.fill({ A: labels('2026-11-20', 3) });
    expect(rig.view).toMatchObject({ message: 'dose-call' });
    rig.until('2026-11-20T09:10+01:00');
    expect(rig.recorded('dose')).toEqual([{ type: 'dose.missed', ...DOSE, reason: 'not-taken' }]);
    expect(rig.bin).toEqual([DOSE]);
  });

  it('is not the unit’s when the roll begins after it, or says nothing', () => {
    for (const A of [labels('2026-11-20', 3).slice(1), Array.from({ length: 6 }, () => 'unlabelled' as const)]) {
      const rig = new Rig({ at, rolls: { A } });
      rig.press();
      rig.until('2026-11-20T12:00+01:00');
      expect(rig.recorded('dose')).toEqual([]);
      expect(rig.recorded('alarm').filter(({ code }) => code !== 'stock-low')).toEqual([]);
      expect([...rig.cup, ...rig.bin]).toEqual([]);
      rig.until('2026-11-20T20:00+01:00');
      rig.press();
      expect(rig.cup).toEqual(A.slice(0, 1));
    }
  });
});
