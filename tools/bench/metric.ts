/** What we want of a figure, or of how many times its ceiling it is. */
export interface Aim {
  readonly of: 'value' | 'ratio';
  readonly bound: number;
  readonly side: 'at least' | 'at most';
  /** What the bound is counted in: `B`, `× bare node`. */
  readonly unit: string;
}

/** One measured figure beside a ceiling measured in the same run. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What could not be beaten here and now: the bare thing without our work around it. */
  readonly ceiling: number;
  readonly ratio: number;
  /** In words: `≤ 3 × bare node`. */
  readonly aim: string;
  /** Whether the aim is met, by the figures as they are shown. */
  readonly met: boolean;
}

export type Measured = Pick<Metric, 'name' | 'value' | 'unit' | 'ceiling'>;

export function metric(measured: Measured, aim: Aim): Metric {
  const { name, unit } = measured;
  const [value, ceiling] = [rounded(measured.value), rounded(measured.ceiling)];
  const figures = { value, ceiling, ratio: rounded(measured.value / measured.ceiling) };
  const { of, bound, side } = aim;
  const met = side === 'at least' ? figures[of] >= bound : figures[of] <= bound;
  const words = `${side === 'at least' ? '≥' : '≤'} ${bound} ${aim.unit}`.trimEnd();
  return { name, unit, ...figures, aim: words, met };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** The value that so many percent of all are no greater than. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
