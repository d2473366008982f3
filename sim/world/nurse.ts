import type { RollId } from '../../hal/ports/mechanism.ts';
import type { Random } from '../kernel/random.ts';
import { Filling, type FillingSurroundings } from './filling.ts';
import { emptyBin, ServiceVisit } from './service-visit.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

export interface NurseSurroundings extends FillingSurroundings {
  readonly random: Random;
}

/** Comes every 14 days, takes out what is left, fits rolls made from the same regimen and empties the bin. */
export class Nurse {
  readonly #around: NurseSurroundings;
  readonly #daysPerRoll: number;
  #visiting = false;

  constructor(around: NurseSurroundings, daysPerRoll = 14) {
    this.#around = around;
    this.#daysPerRoll = daysPerRoll;
  }

  /** Comes regularly from now on, the first time at once. */
  comeRegularly(): void {
    this.refill();
    const { timeline, random } = this.#around;
    // A few hours early, so that the last sachet is never the last chance.
    const book = () =>
      timeline.after(this.#daysPerRoll * dayMs - random.between(6, 24) * hourMs, () => {
        this.refill();
        book();
      });
    book();
  }

  /** Comes now; with rolls that were packed for `aheadMs` from now, she has taken the wrong ones along. */
  refill(whenDone: (done: boolean) => void = () => undefined, aheadMs = 0): void {
    if (this.#visiting) return;
    this.#visiting = true;
    const filling = new Filling(this.#around, this.#daysPerRoll + 1, aheadMs);
    const visit = new ServiceVisit(this.#around, {
      inside: () => filling.go(),
      undo: () => filling.putBack(),
      done: (done) => {
        this.#visiting = false;
        whenDone(done);
        // Nobody leaves a citizen with an empty unit: try again tomorrow.
        if (!done) this.#around.timeline.after(dayMs, () => this.refill());
      },
    });
    visit.begin();
  }

  /** Hangs a roll up in its bay, or takes it down and leaves it beside the unit. */
  hang(bay: RollId, isHung: boolean): void {
    const { sensors } = this.#around.unit;
    const inside = (): boolean => {
      sensors.hang(bay, isHung);
      return true;
    };
    new ServiceVisit(this.#around, { inside }).begin();
  }

  emptyBinNow(): void {
    new ServiceVisit(this.#around, { inside: () => emptyBin(this.#around) }).begin();
  }
}
