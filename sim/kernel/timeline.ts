/** A callback booked on the timeline; hand it to `cancel`. */
export interface Booking {
  readonly atMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Wall instants the simulator accepts: up to the year 9999. */
const instantMsMax = 253_402_300_799_999;

/**
 * Virtual time: a heap of callbacks ordered by instant, then by the order in which they were booked. Time stands
 * still while a callback runs and jumps from booking to booking; nothing here knows of a real clock.
 * Instants are milliseconds since 1970-01-01T00:00Z, whole numbers.
 */
export class Timeline {
  #nowMs: number;
  #order = 0;
  readonly #heap: Booking[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** The instant of the next callback, `Infinity` when none waits. */
  get nextMs(): number {
    this.#dropCancelled();
    return this.#heap[0]?.atMs ?? Infinity;
  }

  /** Books `run` for an instant; the past counts as now. @throws RangeError when the instant is not a number */
  at(atMs: number, run: () => void): Booking {
    if (!(atMs <= instantMsMax)) throw new RangeError(`The timeline cannot book the instant ${atMs}.`);
    const booking: Booking = { atMs: Math.max(Math.ceil(atMs), this.#nowMs), order: this.#order++, run };
    this.#push(booking);
    return booking;
  }

  after(delayMs: number, run: () => void): Booking {
    return this.at(this.#nowMs + delayMs, run);
  }

  cancel(booking: Booking | undefined): void {
    if (booking !== undefined) booking.run = undefined;
  }

  /** Jumps to the next callback and runs it; false when none waits. */
  step(): boolean {
    this.#dropCancelled();
    const booking = this.#pop();
    if (booking === undefined) return false;
    const run = booking.run;
    booking.run = undefined;
    this.#nowMs = booking.atMs;
    run?.();
    return true;
  }

  /** Runs every callback up to and including `untilMs`, then stands at `untilMs`. */
  runUntil(untilMs: number): void {
    while (this.nextMs <= untilMs) this.step();
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]?.run === undefined) this.#pop();
  }

  #push(booking: Booking): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(booking);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Booking;
      if (isBefore(parent, booking)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = booking;
  }

  #pop(): Booking | undefined {
    const heap = this.#heap;
    const head = heap[0];
    const last = heap.pop();
    if (head === undefined || last === undefined || heap.length === 0) return head;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= heap.length) break;
      const right = heap[childIndex + 1];
      if (right !== undefined && isBefore(right, heap[childIndex] as Booking)) childIndex += 1;
      const child = heap[childIndex] as Booking;
      if (isBefore(last, child)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
    return head;
  }
}

function isBefore(a: Booking, b: Booking): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
