/** The record of one run of the unit, from a start on. Numbers rise. */
export interface TraceSegment {
  readonly number: number;
  readonly bytes: number;
}

/**
 * Keeps recorded runs. Nothing is promised to be durable: with the power goes what was appended last, at the end of a
 * segment and nowhere else. Every call may throw an Error of the medium.
 */
export interface TraceStore {
  /** The oldest first. */
  list(): readonly TraceSegment[];
  /** From `offset` on, `length` bytes or what is left; none of a segment that is not there. */
  read(number: number, offset: number, length: number): Uint8Array;
  /** Begins a segment, numbered one above the newest (1 when there is none). @returns its number */
  begin(): number;
  /** Adds to the segment begun last, as UTF-8, without a flush. @throws Error also when none was begun */
  append(text: string): void;
  /** Takes a whole segment away; one that is not there is no error. */
  drop(number: number): void;
  /** What the medium has room for. */
  freeBytes(): number;
}
