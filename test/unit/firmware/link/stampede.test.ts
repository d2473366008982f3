import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../../firmware/link/backoff.ts';
import { MINUTE, SECOND } from '../rig.ts';

const UNITS = 10_000;

/** Numbers as even as dice, the same in every run. */
function dice(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * bound);
  };
}

/** When each unit reaches a broker again that all of them lost in the same moment, counted from its return. */
function returnsAfter(outageMs: number): number[] {
  const below = dice(1);
  return Array.from({ length: UNITS }, () => {
    const backoff = new Backoff({ below });
    let atMs = 0;
    do atMs += backoff.nextMs('unreached');
    while (atMs < outageMs);
    return atMs - outageMs;
  });
}

function busiestSecond(list: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const ms of list) counts.set(Math.floor(ms / SECOND), (counts.get(Math.floor(ms / SECOND)) ?? 0) + 1);
  return Math.max(...counts.values());
}

describe('ten thousand units whose broker comes back', () => {
  it.each([
    ['in the same moment', 0, 1_600],
    ['after five seconds', 5 * SECOND, 2_000],
    ['after a minute', MINUTE, 800],
    ['after a day', 24 * 60 * MINUTE, 800],
  ])('%s are there within half a minute, and never in a crowd', (_, outageMs, busiest) => {
    const returns = returnsAfter(outageMs);
    expect(Math.max(...returns)).toBeLessThanOrEqual(30 * SECOND);
    expect(busiestSecond(returns)).toBeLessThanOrEqual(busiest);
  });
});
