import { describe, it } from 'vitest';
import { expectCrashProof } from './sweep.ts';

const patienceMs = 1_800_000;

/**
 * Killed before and after every commit and every effect of the story, once of the process and once of all power. Two
 * nights do little else than try to connect: of these points every so many is taken, all others in full.
 */
describe('a unit that is killed anywhere in its story', () => {
  it.each([
    ['story-01-claus-on-time', {}],
    ['story-03-margrethe-forgets', {}],
    ['story-05-weekend-in-odense', {}],
    ['story-08-power-out-twenty-hours', {}],
    ['story-08-power-out-small-battery', {}],
    ['story-08-both-out-autumn-night', { connectStride: 13 }],
    ['story-08-both-out-spring-night', { connectStride: 13 }],
    ['story-09-cutter-jams', {}],
    ['story-10-living-unit-swapped', {}],
    ['story-10-dead-unit-swapped', {}],
    ['left-in-the-cup', {}],
    ['two-come-at-once', {}],
    ['power-lost-half-way', {}],
  ] as const)(
    '%s gives no dose twice, loses no record and ends every dose once',
    (name, options) => expectCrashProof(name, 2, options),
    patienceMs,
  );
});
