import { describe, expect, test } from 'vitest';
import { type Aim, metric } from '../../../tools/bench/metric.ts';
import { wireMetrics } from '../../../tools/bench/wire.ts';
import { table } from '../../../tools/cli/bench.ts';

const figure = (value: number, ceiling: number) => ({ name: 'boot.time', value, unit: 'ms', ceiling });
const thrice: Aim = { of: 'ratio', side: 'at most', bound: 3, unit: '× bare node' };
const half: Aim = { of: 'ratio', side: 'at least', bound: 0.5, unit: '× the bare machine' };
const small: Aim = { of: 'value', side: 'at most', bound: 40, unit: '' };

describe('an aim', () => {
  test.each([
    [300, 100, thrice, true],
    [301, 100, thrice, false],
    // Shown as 3, and so it counts as 3.
    [300.01, 100, thrice, true],
    [50, 100, half, true],
    [49, 100, half, false],
    [40, 1, small, true],
    [41, 100, small, false],
    [Number.NaN, 100, half, false],
  ])('of %d beside %d: %j is met: %j', (value, ceiling, aim, met) => {
    expect(metric(figure(value, ceiling), aim).met).toBe(met);
  });

  test.each([
    [thrice, '≤ 3 × bare node'],
    [half, '≥ 0.5 × the bare machine'],
    [small, '≤ 40'],
  ])('in words: %j', (aim, words) => {
    expect(metric(figure(1, 1), aim).aim).toBe(words);
  });
});

test('every line of the table says whether its aim is met', () => {
  const shown = table([metric(figure(300, 100), thrice), metric(figure(700, 100), thrice)]);
  expect(shown.split('\n').slice(1)).toEqual([
    'boot.time    300 ms   100 ms      3  ≤ 3 × bare node  met',
    'boot.time    700 ms   100 ms      7  ≤ 3 × bare node  MISSED',
    '',
  ]);
});

test('the records of a dose keep to their aims on the wire', () => {
  expect(wireMetrics().filter(({ met }) => !met)).toEqual([]);
});
