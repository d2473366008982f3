import { describe, expect, it } from 'vitest';
import { peakPerSecond, spreadOf } from '../../../sim/fleet/figures.ts';

describe('a spread', () => {
  it('names values that were measured, whatever their order', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(spreadOf(hundred)).toEqual({ samples: 100, p50Ms: 50, p99Ms: 99, maxMs: 100 });
    expect(spreadOf([7])).toEqual({ samples: 1, p50Ms: 7, p99Ms: 7, maxMs: 7 });
  });

  it('claims nothing of nothing', () => {
    expect(spreadOf([])).toEqual({ samples: 0, p50Ms: Number.NaN, p99Ms: Number.NaN, maxMs: Number.NaN });
  });
});

describe('the peak of a second', () => {
  it.each([
    [[], 0],
    [[5], 1],
    [[0, 999], 2],
    [[0, 1000], 1],
    [[3000, 100, 1050, 1099, 90, 1100], 3],
  ])('of %j is %d', (instants, peak) => {
    expect(peakPerSecond(instants)).toBe(peak);
  });
});
