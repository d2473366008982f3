import type { DoseKey } from '../../firmware/domain/dose.ts';
import type { Settlement } from '../../protocol/messages/event.ts';
import type { Random } from '../kernel/random.ts';
import type { Booking } from '../kernel/timeline.ts';
import { splitDoseKey } from '../prescription/dose-key.ts';
import type { ReferenceSchedule } from '../prescription/reference-schedule.ts';
import { Filling, type FillingSurroundings } from './filling.ts';
import { announceRoll, clearCup, emptyBin, ServiceVisit } from './service-visit.ts';
import type { Whereabouts } from './whereabouts.ts';

const minuteMs = 60_000;
/** Until the nurse comes the next time, at the latest. */
const daysLeftMax = 15;

/** The conditions that call a technician out. */
const callOuts = [
  'mechanism-jam',
  'mechanism-silent',
  'sensor-fault',
  'position-mismatch',
  'stock-mismatch',
  'dose-uncertain',
  'internal-fault',
  'storage-fault',
  'time-suspect',
  'tamper',
  'bin-full',
] as const;

export interface TechnicianSurroundings extends FillingSurroundings {
  readonly random: Random;
  readonly whereabouts: Whereabouts;
  readonly schedule: ReferenceSchedule;
}

/** Is called by alarms, looks at the physical truth, puts it right and tells the unit what became of a doubtful dose. */
export class Technician {
  readonly #around: TechnicianSurroundings;
  #onTheWay: Booking | undefined;
  #visiting = false;

  constructor(around: TechnicianSurroundings) {
    this.#around = around;
  }

  /** An alarm was raised or cleared; books a visit when one is needed. */
  notice(): void {
    const { diary, timeline, random } = this.#around;
    if (this.#onTheWay !== undefined || this.#visiting || !callOuts.some((code) => diary.isAlarmed(code))) return;
    this.#onTheWay = timeline.after(random.between(30, 8 * 60) * minuteMs, () => {
      this.#onTheWay = undefined;
      if (callOuts.some((code) => diary.isAlarmed(code))) this.repair();
    });
  }

  /** Comes now. */
  repair(whenDone: (done: boolean) => void = () => undefined): void {
    if (this.#visiting) return;
    this.#visiting = true;
    const filling = new Filling(this.#around, daysLeftMax);
    const visit = new ServiceVisit(this.#around, {
      inside: () => this.#putRight(filling),
      undo: () => filling.putBack(),
      done: (done) => {
        this.#visiting = false;
        whenDone(done);
        this.notice();
      },
    });
    visit.begin();
  }

  /** Tells a unit that knows of no roll what hangs in it; comes again until it has taken that in. */
  announceRolls(whenDone: () => void): void {
    const filling = new Filling(this.#around, daysLeftMax);
    new ServiceVisit(this.#around, {
      inside: () => this.#makeRollsKnown(filling),
      undo: () => filling.putBack(),
      done: (done) => (done ? whenDone() : this.announceRolls(whenDone)),
    }).begin();
  }

  /** Tells the truth about every dose the unit is in doubt about. */
  settle(): void {
    const { unit, diary } = this.#around;
    for (const dose of [...diary.uncertain]) {
      unit.ask({ type: 'uncertainty.settled', dose: dose as DoseKey, fate: this.#truthAbout(dose) });
    }
  }

  #truthAbout(dose: string): Settlement {
    const { whereabouts, schedule } = this.#around;
    const { slot } = splitDoseKey(dose);
    const sachets = schedule.config.regimen.slots.find(({ id }) => id === slot)?.sachets ?? 1;
    return (whereabouts.of(dose)?.taken ?? 0) >= sachets ? 'taken' : 'missed';
  }

  #putRight(filling: Filling): boolean {
    const { unit } = this.#around;
    clearCup(this.#around);
    this.#freeMechanism();
    unit.clock.synchronise(0);
    this.settle();
    const repaired = unit.ask({ type: 'fault.repaired' });
    return this.#makeRollsKnown(filling) && emptyBin(this.#around) && repaired;
  }

  /** What hangs there is announced as it is; where a unit reads no labels, a begun roll cannot be, and is exchanged. */
  #makeRollsKnown(filling: Filling): boolean {
    const { bays, unlabelled } = this.#around;
    if (unlabelled) return filling.go();
    return bays.map((bay) => announceRoll(this.#around, bay)).every(Boolean);
  }

  #freeMechanism(): void {
    const { unit, witness } = this.#around;
    const { parts } = unit;
    unit.mechanism.dead = false;
    parts.obstruction = undefined;
    // A sachet that hangs half out is still joined to its roll and is pushed back.
    parts.halfOut = undefined;
    const loose = parts.chute.splice(0);
    if (loose.length > 0) witness({ type: 'removed', from: 'chute', sachets: loose });
    parts.counterHealth.A = 'sound';
    parts.counterHealth.B = 'sound';
    parts.counterHealth.bin = 'sound';
    parts.cupHealth = 'sound';
    unit.sensors.lookIntoCup();
  }
}
