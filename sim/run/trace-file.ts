import {
  type TableLine,
  TRACE_VERSION,
  type TraceHeader,
  type TraceLine,
  unpackLine,
} from '../../firmware/trace/format.ts';
import { entrancesOf } from '../../firmware/trace/idle-lines.ts';
import { isEnd, isHeader, isIdleLine, isLine, isObject, isTableLine } from './trace-shape.ts';

/** A value of the file and the line it stands on, counted from 1. */
export interface Numbered<T> {
  readonly line: number;
  readonly value: T;
}

/** One run of a unit, from a start on. A file holds one, or all that a unit has kept. */
export interface TracedRun {
  readonly header: Numbered<TraceHeader>;
  readonly tables: readonly Numbered<TableLine>[];
  readonly lines: readonly Numbered<TraceLine>[];
  /** `torn`: the power went while its last line was written. `full`: there was more to record, and no more room. */
  readonly end: 'whole' | 'torn' | 'full';
}

/** A file is no trace. The message is one sentence with file, line and the way out. */
export class TraceFileError extends Error {
  override readonly name = 'TraceFileError';

  static at(file: string, line: number, what: string, cause?: unknown): TraceFileError {
    return new TraceFileError(`${file}:${line}: ${what}; ${REMEDY}.`, { cause });
  }
}

const REMEDY = 'fetch it from the unit again, or write it anew with "dosis sim run --trace"';
/** Reads a trace file, as a simulation writes it or as a unit keeps it. @throws TraceFileError */
export function readTrace(text: string, file: string): readonly TracedRun[] {
  const reader = new Reader(file);
  for (const [index, line] of text.split('\n').entries()) if (line !== '') reader.add(line, index + 1);
  return reader.finish();
}

type Growing = { -readonly [K in keyof TracedRun]: TracedRun[K] } & {
  readonly tables: Numbered<TableLine>[];
  readonly lines: Numbered<TraceLine>[];
};

class Reader {
  readonly #file: string;
  readonly #runs: Growing[] = [];
  /** A line that cannot be read. It is the end of its run, or else a damage. */
  #unreadable: Numbered<unknown> | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  add(text: string, line: number): void {
    let value: unknown;
    try {
      value = unpackLine(text);
    } catch (error) {
      this.#settle(undefined);
      this.#unreadable = { line, value: error };
      return;
    }
    this.#settle(value);
    const run = this.#runs.at(-1);
    if (isObject(value) && 'dosis' in value) this.#begin(value, line);
    else if (run === undefined) throw this.#error(line, `this is no dosis trace of version ${TRACE_VERSION}`);
    else this.#addTo(run, value, line);
  }

  finish(): readonly TracedRun[] {
    const [first] = this.#runs;
    if (first === undefined)
      throw this.#unreadableError() ?? this.#error(1, 'this is no dosis trace, the file is empty');
    this.#settle({ dosis: 'trace' });
    const begun = this.#runs.filter(({ lines }) => lines.length > 0);
    if (begun.length === 0) throw this.#error(first.header.line, 'the trace ends before the unit had started');
    return begun;
  }

  /** A power cut tears a last line: what follows it can only be the next run. */
  #settle(next: unknown): void {
    const run = this.#runs.at(-1);
    if (this.#unreadable === undefined) return;
    if (run === undefined || !isObject(next) || !('dosis' in next)) throw this.#unreadableError();
    run.end = 'torn';
    this.#unreadable = undefined;
  }

  #unreadableError(): TraceFileError | undefined {
    if (this.#unreadable === undefined) return undefined;
    const { line, value } = this.#unreadable;
    return this.#error(line, 'this line is not JSON', value);
  }

  #begin(value: object, line: number): void {
    if (!isHeader(value)) throw this.#error(line, `this is no dosis trace of version ${TRACE_VERSION}`);
    this.#runs.push({ header: { line, value }, tables: [], lines: [], end: 'whole' });
  }

  #addTo(run: Growing, value: unknown, line: number): void {
    const open = run.end === 'whole';
    if (open && isTableLine(value) && run.lines.length === 0) run.tables.push({ line, value });
    else if (open && isLine(value)) run.lines.push({ line, value });
    else if (open && isIdleLine(value)) run.lines.push(...entrancesOf(value).map((one) => ({ line, value: one })));
    else if (open && isEnd(value)) run.end = value.end;
    else throw this.#error(line, 'this line is no part of a trace');
  }

  #error(line: number, what: string, cause?: unknown): TraceFileError {
    return TraceFileError.at(this.#file, line, what, cause);
  }
}
