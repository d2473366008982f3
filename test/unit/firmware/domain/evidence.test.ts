import { describe, expect, it } from 'vitest';
import { isWhereItWas, type Judgement, judge } from '../../../../firmware/domain/evidence.ts';
import type { Intent } from '../../../../firmware/domain/memory.ts';
import type { Evidence } from '../../../../hal/ports/mechanism.ts';

const FED = 40;
const BINNED = 7;

function intent(kind: Intent['kind'], roll: Intent['roll'] = 'A'): Intent {
  const dose = 'morning/2026-11-20';
  return { id: 1, kind, dose, ordinal: 0, roll, atMs: 0, fedBefore: FED, binnedBefore: BINNED, outcome: 'open' };
}

/** By how much the counters went up; `null`: the sensor says nothing believable. */
type By = number | null;

function evidence(fedBy: By, binnedBy: By, cup: Evidence['cup'], gate: Evidence['gate'] = 'clear'): Evidence {
  const fed = fedBy === null ? null : FED + fedBy;
  return { fed: { A: fed, B: 3 }, binned: binnedBy === null ? null : BINNED + binnedBy, cup, gate };
}

const CHANGES: readonly By[] = [-1, 0, 1, 2, 3, null];
const CUPS = ['empty', 'occupied', 'unknown'] as const;

/**
 * All that may be believed, for a cup that held `inCup` sachets of the dose before. Whatever is not in the table must
 * be `unknown`.
 */
const BELIEVED: readonly (readonly [Intent['kind'], number, By, By, Evidence['cup'], Judgement])[] = [
  // The counter went on by one: a sachet came out, wherever it is by now.
  ['release', 0, 1, 0, 'occupied', 'moved'],
  ['release', 0, 1, 0, 'empty', 'moved'],
  ['release', 0, 1, 0, 'unknown', 'moved'],
  ['release', 2, 1, 0, 'occupied', 'moved'],
  ['release', 2, 1, 0, 'empty', 'moved'],
  ['release', 2, 1, 0, 'unknown', 'moved'],
  // It stood still, and the cup, empty before, is empty.
  ['release', 0, 0, 0, 'empty', 'notMoved'],
  ['release', 2, 0, 0, 'empty', 'notMoved'],
  ['release', 2, 0, 0, 'occupied', 'notMoved'],
  ['release', 2, 0, 0, 'unknown', 'notMoved'],
  ...CUPS.flatMap((cup) =>
    [0, 2].flatMap((inCup): (readonly [Intent['kind'], number, By, By, Evidence['cup'], Judgement])[] => [
      ['swallow', inCup, 1, 1, cup, 'moved'],
      ['swallow', inCup, 0, 0, cup, 'notMoved'],
    ]),
  ),
  ['retract', 2, 0, 2, 'empty', 'moved'],
  ['retract', 2, 0, 0, 'occupied', 'notMoved'],
  ['retract', 0, 0, 0, 'empty', 'moved'],
  ['retract', 0, 0, 0, 'occupied', 'notMoved'],
];

const KINDS = ['release', 'swallow', 'retract'] as const;

const table = KINDS.flatMap((kind) =>
  [0, 2].flatMap((inCup) =>
    CHANGES.flatMap((fedBy) =>
      CHANGES.flatMap((binnedBy) => CUPS.map((cup) => ({ kind, inCup, fedBy, binnedBy, cup }))),
    ),
  ),
);

describe('judge', () => {
  it('believes exactly what the table allows, over every combination', () => {
    const judged = table.map((row) => ({
      ...row,
      as: judge(intent(row.kind), evidence(row.fedBy, row.binnedBy, row.cup), row.inCup),
    }));
    const expected = table.map((row) => {
      const believed = BELIEVED.find(
        ([kind, inCup, fedBy, binnedBy, cup]) =>
          kind === row.kind &&
          inCup === row.inCup &&
          fedBy === row.fedBy &&
          binnedBy === row.binnedBy &&
          cup === row.cup,
      );
      return { ...row, as: believed?.[5] ?? 'unknown' };
    });
    expect(judged).toHaveLength(KINDS.length * 2 * CHANGES.length ** 2 * CUPS.length);
    expect(judged).toEqual(expected);
  });

  it('believes no still counter of a release when the cup was emptied meanwhile, and all else as before', () => {
    for (const { kind, inCup, fedBy, binnedBy, cup } of table) {
      const calm = judge(intent(kind), evidence(fedBy, binnedBy, cup), inCup, false);
      const doubtful = kind === 'release' && inCup === 0 && calm === 'notMoved';
      expect(judge(intent(kind), evidence(fedBy, binnedBy, cup), inCup, true)).toBe(doubtful ? 'unknown' : calm);
    }
  });

  it('believes nothing while something is stuck in the gate', () => {
    for (const { kind, inCup, fedBy, binnedBy, cup } of table) {
      expect(judge(intent(kind), evidence(fedBy, binnedBy, cup, 'blocked'), inCup)).toBe('unknown');
    }
  });

  it('looks at the counter of the roll it was about', () => {
    const both: Evidence = { fed: { A: FED + 1, B: FED }, binned: BINNED, cup: 'empty', gate: 'clear' };
    expect(judge(intent('release', 'A'), both, 0)).toBe('moved');
    expect(judge(intent('release', 'B'), both, 0)).toBe('notMoved');
  });
});

describe('isWhereItWas', () => {
  const position = { fed: { A: FED, B: 3 }, binned: BINNED };

  it('holds when no counter has moved, whatever lies in the cup', () => {
    for (const cup of CUPS) expect(isWhereItWas(position, evidence(0, 0, cup))).toBe(true);
  });

  it.each([
    ['roll A', evidence(1, 0, 'empty')],
    ['the bin', evidence(0, 1, 'empty')],
    ['roll B', { ...evidence(0, 0, 'empty'), fed: { A: FED, B: 4 } }],
  ])('fails when the counter of %s has moved', (_, moved) => {
    expect(isWhereItWas(position, moved)).toBe(false);
  });

  it('fails when a counter gives no answer, even if it gave none before', () => {
    const silent = { fed: { A: null, B: 3 }, binned: BINNED };
    expect(isWhereItWas(silent, evidence(null, 0, 'empty'))).toBe(false);
    expect(isWhereItWas({ ...position, binned: null }, evidence(0, null, 'empty'))).toBe(false);
  });

  it('holds on a unit that has no second roll', () => {
    const single = { ...position, fed: { A: FED, B: null } };
    expect(isWhereItWas(single, { ...evidence(0, 0, 'empty'), fed: { A: FED, B: null } })).toBe(true);
  });
});
