/** The places for firmware: two images, and two copies of the record that says which of them starts. */
export type FlashArea = 'slot-a' | 'slot-b' | 'record-a' | 'record-b';

/**
 * The medium that holds firmware images, read and written in places. What was written is durable after `sync` of its
 * area; until then a power cut may keep all of it, some of it, or nothing. Areas never touch each other.
 */
export interface Flash {
  /** How many bytes the area holds; 0 when nothing was ever written. @throws FlashError */
  bytesIn(area: FlashArea): number;
  /** Up to `length` bytes from `offset`; fewer at the end. @throws FlashError */
  read(area: FlashArea, offset: number, length: number): Uint8Array;
  /** Writes at an offset of at most `bytesIn`. @throws FlashError */
  write(area: FlashArea, offset: number, bytes: Uint8Array): void;
  /** @throws FlashError */
  sync(area: FlashArea): void;
  /** Empties the area, durable when it returns. @throws FlashError */
  erase(area: FlashArea): void;
  /** What all areas together may still grow by. @throws FlashError */
  freeBytes(): number;
}

/** `full`: no room, try with less. `io`: the medium; what was not synced may be lost. */
export type FlashFailure = 'full' | 'io';

export class FlashError extends Error {
  readonly failure: FlashFailure;
  constructor(failure: FlashFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FlashError';
    this.failure = failure;
  }
}
