import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AckTracker } from '../../../protocol/ack-tracker.ts';
import { ackRunsMax } from '../../../protocol/limits.ts';

/** The rule in its plainest form, with all the memory it wants. */
function throughOf(start: number, stored: ReadonlySet<number>): number {
  let through = start;
  while (stored.has(through + 1)) through += 1;
  return through;
}

describe('AckTracker', () => {
  it('agrees with the plain rule after every arrival, in any order and with repetitions', () => {
    const arrivals = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 150, size: 'max' });
    fc.assert(
      fc.property(fc.nat(20), arrivals, (start, seqs) => {
        const tracker = new AckTracker(start);
        const stored = new Set<number>();
        for (const seq of seqs) {
          stored.add(seq);
          expect(tracker.stored(seq)).toBe(throughOf(start, stored));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('acknowledges nothing above a gap until the gap is closed', () => {
    const tracker = new AckTracker(7);
    // An alarm, number 12, has overtaken.
    expect([12, 8, 10, 9].map((seq) => tracker.stored(seq))).toEqual([7, 8, 8, 10]);
    expect(tracker.stored(11)).toBe(12);
  });

  it('forgets the highest run when there are too many, and never acknowledges what it forgot', () => {
    const tracker = new AckTracker();
    const evens = Array.from({ length: ackRunsMax + 50 }, (_, index) => 2 * (index + 1));
    for (const seq of evens) tracker.stored(seq);
    const odds = evens.map((seq) => seq - 1);
    for (const seq of odds) tracker.stored(seq);
    expect(tracker.ackedThrough).toBe(2 * ackRunsMax + 1);
    for (const seq of evens) tracker.stored(seq);
    for (const seq of odds) tracker.stored(seq);
    expect(tracker.ackedThrough).toBe(evens.at(-1));
  });

  it('ignores numbers that cannot be', () => {
    const tracker = new AckTracker(5);
    expect([0, -1, 5].map((seq) => tracker.stored(seq))).toEqual([5, 5, 5]);
  });
});
