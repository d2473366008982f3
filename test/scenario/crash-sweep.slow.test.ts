import { describe, it } from 'vitest';
import { expectCrashProof } from './sweep.ts';

const patienceMs = 1_800_000;
/**
 * Two long nights that are alike and do little else than try to connect, and two swaps with two units each: every place of
 * them takes minutes, `DOSIS_SWEEP_STRIDE=1`.
 */
const strideOf = (usual: number) => Number(process.env.DOSIS_SWEEP_STRIDE ?? usual);
const night = { stride: strideOf(3), connectStride: 13 };
const swap = { stride: strideOf(2) };

/**
 * Killed before and after every commit and every effect of the story, once of the process and once of all power; in the two
 * nights at every third place, and at fewer of the attempts to connect, in the swaps at every second.
 */
describe('a unit that is killed anywhere in its story', () => {
  it.each([
    ['story-01-claus-on-time', {}],
    ['story-03-margrethe-forgets', {}],
    ['story-05-weekend-in-odense', {}],
    ['story-08-power-out-twenty-hours', {}],
    ['story-08-power-out-small-battery', {}],
    ['story-08-both-out-autumn-night', night],
    ['story-08-both-out-spring-night', night],
    ['story-09-cutter-jams', {}],
    ['story-10-living-unit-swapped', swap],
    ['story-10-dead-unit-swapped', swap],
    ['left-in-the-cup', {}],
    ['two-come-at-once', {}],
    ['power-lost-half-way', {}],
  ])(
    '%s gives no dose twice, loses no record and ends every dose once',
    (name, options) => expectCrashProof(name, 2, options),
    patienceMs,
  );
});
