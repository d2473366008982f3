import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDose, type PlannedDose } from '../../../../firmware/domain/dose.ts';
import type { Ladder } from '../../../../firmware/domain/profile.ts';
import { type Rung, rungAt, rungChanges } from '../../../../firmware/domain/reminder.ts';
import { MINUTE } from '../rig.ts';

const LADDER: Ladder = {
  firmAfterMs: 10 * MINUTE,
  urgentAfterMs: 20 * MINUTE,
  lastCallMs: 10 * MINUTE,
  repeatMs: 5 * MINUTE,
};

function dose(afterMinutes: number, beforeMinutes = 30) {
  const dueMs = Date.parse('2026-11-20T08:00+01:00');
  const planned: PlannedDose = {
    key: 'morning/2026-11-20',
    slot: 'morning',
    date: '2026-11-20',
    opensMs: dueMs - beforeMinutes * MINUTE,
    dueMs,
    closesMs: dueMs + afterMinutes * MINUTE,
    sachets: 1,
    roll: null,
  };
  return freshDose(planned);
}

const rungs = (afterMinutes: number, minutes: readonly number[]): (Rung | null)[] => {
  const asked = dose(afterMinutes);
  return minutes.map((minute) => rungAt(asked, LADDER, asked.dueMs + minute * MINUTE));
};

describe('rungAt', () => {
  it('climbs from the time of the dose to the last call before it is missed', () => {
    expect(rungs(60, [-30, -0.001, 0, 9.999, 10, 19.999, 20, 49.999, 50, 59.999, 60])).toEqual([
      null,
      null,
      'gentle',
      'gentle',
      'firm',
      'firm',
      'urgent',
      'urgent',
      'lastCall',
      'lastCall',
      null,
    ]);
  });

  it('skips rungs for which a short window has no time', () => {
    expect(rungs(25, [0, 14.999, 15, 24.999])).toEqual(['gentle', 'firm', 'lastCall', 'lastCall']);
    expect(rungs(8, [0, 7.999, 8])).toEqual(['lastCall', 'lastCall', null]);
  });
});

describe('rungChanges', () => {
  it('names every instant at which the call changes, for any window and ladder', () => {
    const minutes = fc.integer({ min: 0, max: 90 });
    const ladders = fc.record({ firmAfterMs: minutes, urgentAfterMs: minutes, lastCallMs: minutes, repeatMs: minutes });
    fc.assert(
      fc.property(ladders, fc.integer({ min: 1, max: 120 }), (inMinutes, afterMinutes) => {
        const ladder: Ladder = {
          firmAfterMs: inMinutes.firmAfterMs * MINUTE,
          urgentAfterMs: inMinutes.urgentAfterMs * MINUTE,
          lastCallMs: inMinutes.lastCallMs * MINUTE,
          repeatMs: MINUTE,
        };
        const asked = dose(afterMinutes);
        const named = new Set(rungChanges(asked, ladder));
        for (let ms = asked.opensMs; ms <= asked.closesMs + MINUTE; ms += MINUTE) {
          if (rungAt(asked, ladder, ms) !== rungAt(asked, ladder, ms - 1)) expect(named).toContain(ms);
        }
      }),
      { numRuns: 100 },
    );
  });
});
