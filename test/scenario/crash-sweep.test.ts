import { describe, it } from 'vitest';
import { expectCrashProof } from './sweep.ts';

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
