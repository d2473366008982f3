import type { TraceSegment, TraceStore } from '../../hal/ports/trace-store.ts';
import type { ByteSource } from '../domain/byte-source.ts';
import type { EndLine } from './format.ts';
import type { TraceWriter } from './tap.ts';

/** Bounds of what a unit keeps. A day of ordinary use is 0.2 to 0.3 MB, the ledger at the head of a segment up to 1 MB. */
export interface TraceLimits {
  readonly segmentBytesMax: number;
  readonly segmentLinesMax: number;
  readonly segmentsMax: number;
  /** Of all segments together. */
  readonly bytesMax: number;
  /** What is left to others, above all to the ledger. */
  readonly freeBytesMin: number;
  /** Lines that nobody waits for are kept back until they are so many characters. */
  readonly heldCharsMax: number;
}

const MIB = 1024 * 1024;

export const TRACE_LIMITS: TraceLimits = {
  segmentBytesMax: 32 * MIB,
  segmentLinesMax: 1_000_000,
  segmentsMax: 8,
  bytesMax: 96 * MIB,
  freeBytesMin: 64 * MIB,
  heldCharsMax: 4096,
};

/** How much may be written before the room that is left is looked at again. */
const LOOK_EVERY_BYTES = 256 * 1024;
const FULL = `${JSON.stringify({ end: 'full' } satisfies EndLine)}\n`;

/** A recorded copy that stands still while it is read. */
export interface TraceCopy extends ByteSource {
  /** Where each run begins, the oldest first. */
  readonly starts: readonly number[];
}

/**
 * Where a unit writes the trace of its run: one segment for each start of the program, the last few kept, the oldest
 * dropped whole. What it throws ends the trace of this run, as `traced` sees to it.
 */
export class FieldTrace implements TraceWriter {
  readonly #store: TraceStore;
  readonly #limits: TraceLimits;
  #begun = false;
  #full = false;
  #held = '';
  #lines = 0;
  #chars = 0;
  #unlooked = 0;

  constructor(store: TraceStore, limits: TraceLimits = TRACE_LIMITS) {
    this.#store = store;
    this.#limits = limits;
  }

  /** No more of this run is recorded; a restart at a quiet moment begins a new segment. */
  get isFull(): boolean {
    return this.#full;
  }

  /** The oldest first; the last is that of this run. @throws Error */
  get segments(): readonly TraceSegment[] {
    this.#flush();
    return this.#store.list();
  }

  write(line: string, urgent: boolean): void {
    if (this.#full) return;
    if (!this.#begun) this.#begin();
    const text = `${line}\n`;
    const { segmentBytesMax, segmentLinesMax, heldCharsMax } = this.#limits;
    if (this.#chars + text.length + FULL.length > segmentBytesMax || this.#lines >= segmentLinesMax) this.#end();
    this.#held += text;
    this.#chars += text.length;
    this.#lines += 1;
    if (urgent || this.#held.length >= heldCharsMax) this.#flush();
  }

  /** Part of a segment. @throws Error */
  read(number: number, offset: number, length: number): Uint8Array {
    return this.#store.read(number, offset, length);
  }

  /** All segments as one file, the oldest first, each on lines of its own; `dosis sim replay` takes it. @throws Error */
  copy(): TraceCopy {
    const parts = this.segments.map(({ number, bytes }) => ({ number, bytes, torn: this.#isTorn(number, bytes) }));
    let bytes = 0;
    const starts = parts.map((part) => {
      const start = bytes;
      bytes += part.bytes + part.torn;
      return start;
    });
    return {
      bytes,
      starts,
      read: (offset, length) => this.#readAcross(parts, offset, Math.min(length, bytes - offset)),
    };
  }

  #begin(): void {
    const { segmentsMax, bytesMax, segmentBytesMax } = this.#limits;
    const kept = [...this.#store.list()];
    const wants = (): boolean =>
      kept.length >= segmentsMax ||
      kept.reduce((sum, { bytes }) => sum + bytes, 0) + segmentBytesMax > bytesMax ||
      this.#room() < segmentBytesMax;
    for (let oldest = kept.shift(); oldest !== undefined; oldest = kept.shift()) {
      kept.unshift(oldest);
      if (!wants()) break;
      this.#store.drop(oldest.number);
      kept.shift();
    }
    this.#look();
    this.#store.begin();
    this.#begun = true;
  }

  #room(): number {
    return this.#store.freeBytes() - this.#limits.freeBytesMin;
  }

  #look(): void {
    this.#unlooked = 0;
    if (this.#room() < Math.min(LOOK_EVERY_BYTES, this.#limits.segmentBytesMax))
      throw new Error('There is too little room left on the medium.');
  }

  #end(): never {
    this.#full = true;
    this.#held += FULL;
    this.#flush();
    throw new Error('Its segment is full.');
  }

  #flush(): void {
    if (this.#held === '') return;
    const text = this.#held;
    this.#held = '';
    this.#unlooked += text.length;
    if (this.#unlooked >= LOOK_EVERY_BYTES) this.#look();
    this.#store.append(text);
  }

  /** The power went while its last line was written. */
  #isTorn(number: number, bytes: number): 0 | 1 {
    const [last] = bytes === 0 ? [] : this.#store.read(number, bytes - 1, 1);
    return last === undefined || last === NEW_LINE ? 0 : 1;
  }

  #readAcross(parts: readonly Part[], offset: number, length: number): Uint8Array {
    const read = new Uint8Array(Math.max(0, length));
    let [from, to] = [offset, 0];
    for (const { number, bytes, torn } of parts) {
      if (to < read.length && from < bytes) {
        const piece = this.#store.read(number, from, Math.min(bytes - from, read.length - to));
        read.set(piece, to);
        to += piece.length;
        from += piece.length;
      }
      if (torn === 1 && to < read.length && from === bytes) {
        read[to] = NEW_LINE;
        to += 1;
        from += 1;
      }
      from -= bytes + torn;
      if (from < 0) break;
    }
    return read.subarray(0, to);
  }
}

interface Part extends TraceSegment {
  readonly torn: 0 | 1;
}

const NEW_LINE = 0x0a;
