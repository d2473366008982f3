import type { TraceSegment, TraceStore } from '../../hal/ports/trace-store.ts';
import { joined } from '../../protocol/cose/bytes.ts';

/** The unit's recorded runs in memory, on a medium of `capacityBytes` that may fail. */
export class SimTraceStore implements TraceStore {
  readonly #capacityBytes: number;
  readonly #segments = new Map<number, Uint8Array[]>();
  #current: number | undefined;
  #broken = false;

  constructor(capacityBytes = Number.POSITIVE_INFINITY) {
    this.#capacityBytes = capacityBytes;
  }

  /** Every change is refused from now on, or no more. */
  setBroken(broken: boolean): void {
    this.#broken = broken;
  }

  /** The same medium, opened by the next program. */
  restarted(): this {
    this.#current = undefined;
    return this;
  }

  list(): readonly TraceSegment[] {
    return [...this.#segments].map(([number, parts]) => ({ number, bytes: sizeOf(parts) }));
  }

  read(number: number, offset: number, length: number): Uint8Array {
    return this.#whole(number).slice(offset, offset + length);
  }

  begin(): number {
    this.#refuse();
    const number = Math.max(0, ...this.#segments.keys()) + 1;
    this.#segments.set(number, []);
    this.#current = number;
    return number;
  }

  append(text: string): void {
    this.#refuse();
    const parts = this.#current === undefined ? undefined : this.#segments.get(this.#current);
    if (parts === undefined) throw new Error('No trace segment was begun.');
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > this.freeBytes()) throw new Error('The simulated medium is full.');
    parts.push(bytes);
  }

  drop(number: number): void {
    this.#refuse();
    this.#segments.delete(number);
  }

  freeBytes(): number {
    return this.#capacityBytes - this.list().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #whole(number: number): Uint8Array {
    return joined(this.#segments.get(number) ?? []);
  }

  #refuse(): void {
    if (this.#broken) throw new Error('The simulated medium is broken.');
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
