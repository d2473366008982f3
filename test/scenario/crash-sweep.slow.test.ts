import { describe, it } from 'vitest';
import { expectCrashProof } from './sweep.ts';

const patienceMs = 1_800_000;

/**
 * Killed before and after every commit and every effect. The longest stories pass the same few hundred places again
 * and again, reconnecting; of those every so many is taken.
 */
describe('a unit that is killed anywhere in its story', () => {
  it.each([
    ['story-01-claus-on-time', 1],
    ['story-03-margrethe-forgets', 1],
    ['story-05-weekend-in-odense', 1],
    ['story-08-power-out-twenty-hours', 1],
    ['story-08-power-out-small-battery', 1],
    ['story-08-both-out-autumn-night', 13],
    ['story-08-both-out-spring-night', 13],
    ['story-08-internet-out-nine-days', 211],
    ['story-09-cutter-jams', 1],
    ['left-in-the-cup', 1],
    ['two-come-at-once', 1],
    ['power-lost-half-way', 1],
  ] as const)(
    '%s gives no dose twice, loses no record and ends every dose once',
    (name, stride) => expectCrashProof(name, 2, { stride }),
    patienceMs,
  );
});
