import type { RollId } from '../../hal/ports/mechanism.ts';
import type { Sachet } from '../device/sachet.ts';
import type { Pharmacy } from './pharmacy.ts';
import { clearCup, emptyBin, exchangeRoll, fitRoll, type VisitSurroundings } from './service-visit.ts';

export interface FillingSurroundings extends VisitSurroundings {
  readonly pharmacy: Pharmacy;
  readonly bays: readonly RollId[];
  readonly setUpMs: number;
}

/** One filling of a unit: roll by roll, each until the unit has taken it in. */
export class Filling {
  readonly #around: FillingSurroundings;
  readonly #days: number;
  readonly #aheadMs: number;
  readonly #accepted = new Set<RollId>();
  /** What hung in the bays before, for rolls that the unit has not taken in. */
  readonly #before = new Map<RollId, readonly Sachet[]>();

  constructor(around: FillingSurroundings, days: number, aheadMs = 0) {
    this.#around = around;
    this.#days = days;
    this.#aheadMs = aheadMs;
  }

  /** True when everything is done. */
  go(): boolean {
    const { bays, pharmacy, timeline, diary, unlabelled, setUpMs } = this.#around;
    clearCup(this.#around);
    const isDone = (dose: string) => diary.fates.has(dose) || diary.uncertain.has(dose);
    // Of a window that was open at set-up only a label would say that it is the unit's.
    const fromMs = unlabelled ? setUpMs : Number.NEGATIVE_INFINITY;
    const rolls = pharmacy.pack(
      timeline.nowMs + this.#aheadMs,
      this.#days,
      bays,
      ({ key, opensMs }) => isDone(key) || opensMs < fromMs,
    );
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
