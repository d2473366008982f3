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
    const filling = new Filling(this.#around, this.#daysPerRoll + 1);
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

  emptyBinNow(): void {
    new ServiceVisit(this.#around, { inside: () => emptyBin(this.#around) }).begin();
  }
}

/** One filling of a unit: roll by roll, each until the unit has taken it in. */
class Filling {
  readonly #around: NurseSurroundings;
  readonly #days: number;
  readonly #accepted = new Set<RollId>();
  /** What hung in the bays before, for rolls that the unit has not taken in. */
  readonly #before = new Map<RollId, readonly Sachet[]>();

  constructor(around: NurseSurroundings, days: number) {
    this.#around = around;
    this.#days = days;
  }

  /** True when everything is done. */
  go(): boolean {
    const { bays, pharmacy, timeline, diary } = this.#around;
    clearCup(this.#around);
    const isDone = (dose: string) => diary.fates.has(dose) || diary.uncertain.has(dose);
    const rolls = pharmacy.pack(timeline.nowMs, this.#days, bays, isDone);
    for (const bay of bays) if (!this.#accepted.has(bay)) this.#fit(bay, rolls.get(bay) ?? []);
    return emptyBin(this.#around) && this.#accepted.size === bays.length;
  }

  putBack(): void {
    for (const [bay, roll] of this.#before) if (!this.#accepted.has(bay)) exchangeRoll(this.#around, bay, roll);
  }

  #fit(bay: RollId, roll: readonly Sachet[]): void {
    if (!this.#before.has(bay)) this.#before.set(bay, [...this.#around.unit.parts.bays[bay]]);
    if (fitRoll(this.#around, bay, roll)) this.#accepted.add(bay);
  }
}
