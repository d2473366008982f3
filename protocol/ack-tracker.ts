import { ackRunsMax } from './limits.ts';

/** Sequence numbers received without a gap between them, both ends included. */
interface Run {
  first: number;
  last: number;
}

/**
 * The cumulative acknowledgement of one epoch of one device: the highest sequence number below which nothing is
 * missing. Tell it only what has been stored durably. A new epoch needs a new tracker.
 *
 * Memory is bounded: of too many separate runs above the gap the highest is forgotten. Nothing is lost by that, since
 * the device keeps whatever is not acknowledged and sends it again.
 */
export class AckTracker {
  #through: number;
  /** Above `#through + 1`, rising, apart from each other. */
  readonly #runs: Run[] = [];

  /** @param ackedThrough what was acknowledged before, 0 for nothing */
  constructor(ackedThrough = 0) {
    this.#through = ackedThrough;
  }

  /** The highest stored number with no gap below it; 0 when the first is still missing. */
  get ackedThrough(): number {
    return this.#through;
  }

  /** Event `seq` is stored; again is harmless. @returns `ackedThrough` after it */
  stored(seq: number): number {
    if (seq === this.#through + 1) {
      this.#through = seq;
      this.#join();
    } else if (seq > this.#through) {
      this.#keep(seq);
    }
    return this.#through;
  }

  /** The gap is closed: what waited directly above it counts now. */
  #join(): void {
    const [lowest] = this.#runs;
    if (lowest !== undefined && lowest.first === this.#through + 1) {
      this.#through = lowest.last;
      this.#runs.shift();
    }
  }

  #keep(seq: number): void {
    const runs = this.#runs;
    let index = runs.length;
    // From the top, where nearly everything arrives.
    while (index > 0 && (runs[index - 1] as Run).first > seq) index -= 1;
    const below = runs[index - 1];
    const above = runs[index];
    if (below !== undefined && seq <= below.last) return;
    const touchesBelow = below !== undefined && below.last + 1 === seq;
    const touchesAbove = above !== undefined && above.first - 1 === seq;
    if (touchesBelow && touchesAbove) {
      below.last = above.last;
      runs.splice(index, 1);
    } else if (touchesBelow) below.last = seq;
    else if (touchesAbove) above.first = seq;
    else {
      runs.splice(index, 0, { first: seq, last: seq });
      if (runs.length > ackRunsMax) runs.pop();
    }
  }
}
