import { describe, expect, it } from 'vitest';
import { FaultPlan, faultNames, faultRates } from '../../../sim/kernel/fault-plan.ts';
import { Random, Xoshiro128 } from '../../../sim/kernel/random.ts';

describe('xoshiro128**', () => {
  it('gives the numbers of the reference implementation in C for the state 1, 2, 3, 4', () => {
    const words = new Xoshiro128(1, 2, 3, 4);
    const drawn = Array.from({ length: 10 }, () => words.next());
    expect(drawn).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});

describe('a stream of chance', () => {
  const drawFrom = (random: Random) => Array.from({ length: 20 }, () => random.below(1000));

  it('repeats itself for the same seed and name, and differs for another of either', () => {
    const drawn = drawFrom(Random.stream(7, 'citizen'));
    expect(drawFrom(Random.stream(7, 'citizen'))).toEqual(drawn);
    expect(drawFrom(Random.stream(8, 'citizen'))).not.toEqual(drawn);
    expect(drawFrom(Random.stream(7, 'nurse'))).not.toEqual(drawn);
    expect(drawFrom(Random.stream(7 + 2 ** 32, 'citizen'))).not.toEqual(drawn);
  });

  it('is not disturbed by what others draw', () => {
    const alone = drawFrom(Random.stream(3, 'a'));
    const a = Random.stream(3, 'a');
    const b = Random.stream(3, 'b');
    const beside = Array.from({ length: 20 }, () => {
      b.unit();
      return a.below(1000);
    });
    expect(beside).toEqual(alone);
  });

  it('stays within its bounds and fills them evenly', () => {
    const random = Random.stream(1, 'evenness');
    const tally = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < 50_000; draw += 1) {
      const value = random.below(5);
      tally[value] = (tally[value] as number) + 1;
    }
    for (const times of tally) expect(times).toBeGreaterThan(9_500);
    for (const times of tally) expect(times).toBeLessThan(10_500);
  });
});

describe('a fault plan', () => {
  it('leaves about half the faults out and keeps the rest within their limits', () => {
    let on = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const plan = FaultPlan.draw(seed);
      for (const name of faultNames) {
        const rate = plan.rate(name);
        if (rate === 0) continue;
        on += 1;
        expect(rate).toBeGreaterThanOrEqual(faultRates[name].min * 0.999);
        expect(rate).toBeLessThanOrEqual(faultRates[name].max * 1.001);
      }
    }
    const share = on / (200 * faultNames.length);
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
  });

  it('reports what happened in a fixed order, and nothing that did not', () => {
    const plan = FaultPlan.draw(1);
    plan.count('disk-full');
    plan.count('power-outage');
    plan.count('disk-full');
    expect([...plan.counts()]).toEqual([
      ['power-outage', 1],
      ['disk-full', 2],
    ]);
  });
});
