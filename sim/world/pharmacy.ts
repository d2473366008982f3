import type { RollId } from '../../hal/ports/mechanism.ts';
import type { Sachet } from '../device/sachet.ts';
import type { ReferenceDose, ReferenceSchedule } from '../prescription/reference-schedule.ts';

const dayMs = 86_400_000;

/** Packs rolls from the prescription, each sachet with its label. */
export class Pharmacy {
  readonly #schedule: ReferenceSchedule;
  #serial = 0;

  constructor(schedule: ReferenceSchedule) {
    this.#schedule = schedule;
  }

  /**
   * Rolls for `days` days of doses that still can be given at `fromMs` and are not `done`. A unit with two bays gets
   * the first half in A and the rest in B; the doses of a slot that belongs to one bay go there.
   */
  pack(
    fromMs: number,
    days: number,
    bays: readonly RollId[],
    isDone: (dose: ReferenceDose) => boolean,
  ): Map<RollId, Sachet[]> {
    const rolls = new Map<RollId, Sachet[]>(bays.map((bay) => [bay, []]));
    const halfMs = fromMs + (days / 2) * dayMs;
    const bayOfSlot = new Map(this.#schedule.config.regimen.slots.map((slot) => [slot.id, slot.roll]));
    for (const dose of this.#schedule.between(fromMs - dayMs, fromMs + days * dayMs)) {
      if (dose.closesMs <= fromMs || isDone(dose)) continue;
      const usual: RollId = bays.length > 1 && dose.dueMs >= halfMs ? 'B' : 'A';
      const roll = rolls.get(bayOfSlot.get(dose.slot) ?? usual);
      for (let part = 0; part < dose.sachets; part += 1) roll?.push(this.#sachet({ slot: dose.slot, date: dose.date }));
    }
    return rolls;
  }

  #sachet(contents: Sachet['contents']): Sachet {
    this.#serial += 1;
    return { serial: this.#serial, contents };
  }
}
