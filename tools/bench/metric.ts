/** One measured figure beside a ceiling measured in the same run. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What could not be beaten here and now: the bare thing without our work around it. */
  readonly ceiling: number;
  readonly ratio: number;
  /** What we want, in words: of the ratio or of the value. */
  readonly aim: string;
}

export function metric(name: string, value: number, unit: string, ceiling: number, aim: string): Metric {
  return { name, value: rounded(value), unit, ceiling: rounded(ceiling), ratio: rounded(value / ceiling), aim };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
