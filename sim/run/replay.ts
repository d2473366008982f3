import type { TraceLine } from '../../firmware/trace/format.ts';
import { ImageError } from '../../firmware/trace/ledger-image.ts';
import { ReplayUnit } from './replay-unit.ts';
import { type TracedRun, TraceFileError } from './trace-file.ts';

/** The firmware did something else than the trace says. */
export interface Divergence {
  /** In the trace file, counted from 1. */
  readonly line: number;
  readonly entrance: string;
  readonly detail: string;
}

export interface ReplayResult {
  /** The run that was replayed last. */
  readonly of: string;
  /** The firmware that was recorded in it. */
  readonly firmware: string;
  /** How many runs of the file were begun. */
  readonly runs: number;
  readonly entrances: number;
  readonly same: boolean;
  readonly traceHash: string;
  readonly divergence: Divergence | null;
  /** How the last run's record ends. */
  readonly end: TracedRun['end'];
}

/**
 * Feeds each run to a fresh unit with its ledger and compares, entrance by entrance, until the end or the first
 * difference. @throws TraceFileError when the recorded ledger is none
 */
export function replayTrace(runs: readonly TracedRun[], file = 'trace'): ReplayResult {
  let entrances = 0;
  let result: ReplayResult | undefined;
  for (const [index, run] of runs.entries()) {
    const { of, firmware } = run.header.value;
    const { done, divergence, traceHash } = replayRun(run, file);
    entrances += done;
    const same = divergence === null;
    result = { of, firmware, runs: index + 1, entrances, same, traceHash, divergence, end: run.end };
    if (!same) break;
  }
  if (result === undefined) throw new TraceFileError(`${file}:1: there is no run in this trace.`);
  return result;
}

function replayRun({ header, tables, lines }: TracedRun, file: string) {
  const unit = new ReplayUnit(header.value);
  try {
    for (const { line, value } of tables) fill(unit, value, file, line);
    unit.filled();
    let done = 0;
    for (const { line, value } of lines) {
      done += 1;
      const detail = unit.enter(value);
      if (detail === undefined) continue;
      return { done, traceHash: unit.digest, divergence: { line, entrance: nameOf(value), detail } };
    }
    return { done, traceHash: unit.digest, divergence: null };
  } finally {
    unit.dispose();
  }
}

function fill(unit: ReplayUnit, rows: TracedRun['tables'][number]['value'], file: string, line: number): void {
  try {
    unit.fill(rows);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw TraceFileError.at(file, line, error.message, error);
  }
}

function nameOf({ in: entrance, event }: TraceLine): string {
  const type = typeof event === 'object' && event !== null && 'type' in event ? ` ${String(event.type)}` : '';
  return `${entrance}${type}`;
}
