import type { Booking } from '../kernel/timeline.ts';
import type { VisitSurroundings } from './service-visit.ts';

const minuteMs = 60_000;
/** From seeing a sachet in the cup to having it in the bag. */
const collectMs = 3_000;
/** How long somebody waits for the next sachet of a take-out. */
const patienceMs = 3 * minuteMs;

/** Prepares trips: asks for doses ahead and collects them as they come. */
export class Relative {
  readonly #around: VisitSurroundings;
  #collecting: Booking | undefined;
  #lastSeenMs = 0;

  constructor(around: VisitSurroundings) {
    this.#around = around;
  }

  /** Takes out the next `doses` doses, one after another. */
  takeOut(doses: number): void {
    const { unit, timeline } = this.#around;
    if (!unit.ask({ type: 'takeOut.requested', doses })) return;
    this.#lastSeenMs = timeline.nowMs;
    if (this.#collecting === undefined) this.#collect();
  }

  tellAbsence(untilMs: number): void {
    this.#around.unit.ask({ type: 'absence.started', untilMs });
  }

  tellReturn(): void {
    this.#around.unit.ask({ type: 'absence.ended' });
  }

  #collect(): void {
    const { unit, timeline } = this.#around;
    this.#collecting = timeline.after(collectMs, () => {
      this.#collecting = undefined;
      if (unit.takeFromCup()) this.#lastSeenMs = timeline.nowMs;
      if (timeline.nowMs - this.#lastSeenMs < patienceMs) this.#collect();
    });
  }
}
