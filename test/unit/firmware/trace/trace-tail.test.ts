import { describe, expect, it } from 'vitest';
import { traceTail } from '../../../../firmware/trace/trace-tail.ts';

/** Runs of lines of ten bytes each, `a1…` and on. */
function traceOf(...runs: readonly (readonly string[])[]) {
  const line = (word: string) => `${word.padEnd(9, '.')}\n`;
  const bytes = new TextEncoder().encode(runs.flat().map(line).join(''));
  const starts = runs.map((_, index) => 10 * runs.slice(0, index).flat().length);
  const read = (offset: number, length: number) => bytes.slice(offset, offset + length);
  return { copy: () => ({ bytes: bytes.length, starts, read }) };
}

const trace = traceOf(['a1', 'a2', 'a3'], ['b1', 'b2'], ['c1', 'c2', 'c3', 'c4']);

function tailOf(of: ReturnType<typeof traceOf>, bytesMax: number): string[] {
  const { bytes, read } = traceTail(of, bytesMax);
  expect(bytes).toBeLessThanOrEqual(bytesMax);
  const text = new TextDecoder().decode(read(0, bytes));
  expect(text).toHaveLength(bytes);
  return text.split('\n').map((line) => line.replaceAll('.', ''));
}

describe('the end of a trace', () => {
  it('is all of it when there is room', () => {
    expect(tailOf(trace, 90)).toHaveLength(10);
    expect(tailOf(trace, 1_000)).toHaveLength(10);
  });

  it('is as many whole runs as there is room for', () => {
    expect(tailOf(trace, 89)).toEqual(['b1', 'b2', 'c1', 'c2', 'c3', 'c4', '']);
    expect(tailOf(trace, 60)).toEqual(['b1', 'b2', 'c1', 'c2', 'c3', 'c4', '']);
    expect(tailOf(trace, 59)).toEqual(['c1', 'c2', 'c3', 'c4', '']);
  });

  it('begins with a whole line where not even the last run has room', () => {
    expect(tailOf(trace, 39)).toEqual(['c2', 'c3', 'c4', '']);
    expect(tailOf(trace, 30)).toEqual(['c2', 'c3', 'c4', '']);
    expect(tailOf(trace, 29)).toEqual(['c3', 'c4', '']);
  });

  it('is not the nothing of a run that has only begun', () => {
    expect(tailOf(traceOf(['a1', 'a2', 'a3'], []), 25)).toEqual(['a2', 'a3', '']);
  });

  it('can be read in pieces', () => {
    const { bytes, read } = traceTail(trace, 60);
    expect(bytes).toBe(60);
    expect(new TextDecoder().decode(read(10, 20))).toBe('b2.......\nc1.......\n');
  });
});
