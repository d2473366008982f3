import { describe, expect, it, vi } from 'vitest';
import { CrashPoints } from '../../sim/device/crash-points.ts';
import { crashSweep } from './crash-sweep.ts';
import { expectCrashProof, story } from './sweep.ts';

/** A thin sample for every day; crash-sweep.slow.test.ts kills everywhere. */
describe('a unit that is killed somewhere in its story', () => {
  it.each([
    'story-01-claus-on-time',
    'story-03-margrethe-forgets',
    'story-05-weekend-in-odense',
    'story-09-cutter-jams',
  ])('%s gives no dose twice, loses no record and ends every dose once', (name) =>
    expectCrashProof(name, 1, { stride: 23, first: 7 }),
  );
});

describe('a sweep', () => {
  it('kills once in every run', () => {
    const { runs, kills, findings } = crashSweep(story('double-press'), 1, { stride: 9 });
    expect(findings).toEqual([]);
    expect(kills).toBe(runs);
  });

  it('is not content with runs in which no kill strikes', () => {
    const arm = vi.spyOn(CrashPoints.prototype, 'arm').mockImplementation(() => undefined);
    const { runs, kills, findings } = crashSweep(story('double-press'), 1, { stride: 9, first: 4 });
    arm.mockRestore();
    expect(kills).toBe(0);
    expect(findings).toHaveLength(runs);
    expect(findings[0]).toMatchObject({ crashPoint: 4, detail: 'crash point 4 never struck' });
  });
});
