import type { RollId } from '../../hal/ports/mechanism.ts';
import type { Sachet } from '../device/sachet.ts';
import type { Random } from '../kernel/random.ts';
import type { Pharmacy } from './pharmacy.ts';
import { clearCup, emptyBin, exchangeRoll, fitRoll, ServiceVisit, type VisitSurroundings } from './service-visit.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

export interface NurseSurroundings extends VisitSurroundings {
  readonly pharmacy: Pharmacy;
  readonly bays: readonly RollId[];
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

  /** Comes now. */
  refill(whenDone: (done: boolean) => void = () => undefined): void {
    if (this.#visiting) return;
    this.#visiting = true;
    const before = new Map(this.#around.bays.map((bay) => [bay, [...this.#around.unit.parts.bays[bay]]]));
    const visit = new ServiceVisit(this.#around, {
      inside: () => this.#fill(),
      undo: () => this.#putBack(before),
      done: (done) => {
        this.#visiting = false;
        whenDone(done);
        // Nobody leaves a citizen with an empty unit: try again tomorrow.
        if (!done) this.#around.timeline.after(dayMs, () => this.refill());
      },
    });
    visit.begin();
  }

  emptyBinNow(): void {
    new ServiceVisit(this.#around, { inside: () => emptyBin(this.#around) }).begin();
  }

  /** The unit has not taken the new rolls in, so the old ones hang there again. */
  #putBack(before: ReadonlyMap<RollId, readonly Sachet[]>): void {
    for (const [bay, roll] of before) exchangeRoll(this.#around, bay, roll);
  }

  #fill(): boolean {
    const { pharmacy, bays, timeline, diary } = this.#around;
    clearCup(this.#around);
    const isDone = (dose: string) => diary.fates.has(dose) || diary.uncertain.has(dose);
    // A day over, for the nurse who comes late.
    const rolls = pharmacy.pack(timeline.nowMs, this.#daysPerRoll + 1, bays, isDone);
    const fitted = bays.map((bay) => fitRoll(this.#around, bay, rolls.get(bay) ?? []));
    return emptyBin(this.#around) && fitted.every(Boolean);
  }
}
