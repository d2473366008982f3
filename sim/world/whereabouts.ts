import type { PhysicalEvent } from '../device/physical-event.ts';
import { contentsOf, type Sachet } from '../device/sachet.ts';

/** Where the sachets of one dose went, counted in sachets. */
export interface DoseTruth {
  presented: number;
  taken: number;
  binned: number;
  /** Taken away by a nurse or technician. */
  removed: number;
  firstPresentedMs: number;
}

const kept = 400;

/** The true whereabouts of every dose's sachets, from what physically happened. Remembers the last few hundred doses. */
export class Whereabouts {
  readonly #doses = new Map<string, DoseTruth>();
  /** Sachets ever presented, and ever dropped into the bin. */
  presented = 0;
  binned = 0;

  of(dose: string): Readonly<DoseTruth> | undefined {
    return this.#doses.get(dose);
  }

  happened(event: PhysicalEvent, nowMs: number): void {
    switch (event.type) {
      case 'presented':
        this.presented += event.sachets.length;
        for (const sachet of event.sachets) {
          const truth = this.#truth(sachet);
          truth.presented += 1;
          if (truth.presented === 1) truth.firstPresentedMs = nowMs;
        }
        break;
      case 'taken':
        for (const sachet of event.sachets) this.#truth(sachet).taken += 1;
        break;
      case 'binned':
        this.binned += event.sachets.length;
        for (const sachet of event.sachets) this.#truth(sachet).binned += 1;
        break;
      case 'removed':
        if (event.from !== 'bin') for (const sachet of event.sachets) this.#truth(sachet).removed += 1;
        break;
      default:
    }
  }

  #truth(sachet: Sachet): DoseTruth {
    const dose = contentsOf(sachet);
    let truth = this.#doses.get(dose);
    if (truth === undefined) {
      truth = { presented: 0, taken: 0, binned: 0, removed: 0, firstPresentedMs: 0 };
      this.#doses.set(dose, truth);
      if (this.#doses.size > kept) this.#doses.delete(this.#doses.keys().next().value as string);
    }
    return truth;
  }
}
