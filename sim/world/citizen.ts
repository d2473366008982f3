import type { SimUnit } from '../device/unit.ts';
import type { FaultPlan } from '../kernel/fault-plan.ts';
import type { Random } from '../kernel/random.ts';
import type { Booking, Timeline } from '../kernel/timeline.ts';
import { citizens, type Habits } from './habits.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export interface CitizenSurroundings {
  readonly unit: SimUnit;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly plan: FaultPlan;
  /** Somebody arranges `doses` doses for a trip, or only quiet until an instant. */
  readonly arrangeTrip: () => void;
}

/** A person with habits, who sees and hears the unit and nothing else. */
export class Citizen {
  #habits: Habits;
  readonly #around: CitizenSurroundings;
  #plan: Booking | undefined;
  #grab: Booking | undefined;
  /** The call being answered, so that each is weighed once per loudness. */
  #heard = '';
  #gone = false;
  #settled = false;

  constructor(habits: Habits, around: CitizenSurroundings) {
    this.#habits = habits;
    this.#around = around;
    this.#live('curiousPerDay', () => this.#press());
    this.#live('vanishesPerDay', () => this.#vanish());
    this.#live('tripsPerDay', () => around.arrangeTrip());
    if (around.plan.rate('button-mash') > 0) this.#mashNowAndThen();
  }

  /** From now on at home, and as prompt as one can wish. */
  behave(): void {
    this.#habits = { ...citizens.prompt, forgetsChance: 0, leavesInCupChance: 0, quietChance: 0, tripsPerDay: 0 };
    this.#settled = true;
    this.comeBack();
  }

  leave(): void {
    if (!this.#settled) this.#gone = true;
  }

  comeBack(): void {
    this.#gone = false;
    this.#heard = '';
    this.notice();
  }

  /** Something on the unit can be seen or heard differently; called often, decides rarely. */
  notice(): void {
    const { unit } = this.#around;
    if (unit.parts.cup.length > 0) this.#seeSachet();
    const view = unit.signs.view;
    if (view === undefined || view.button !== 'release') {
      this.#heard = '';
      return;
    }
    const call = `${view.sound}`;
    if (call === this.#heard || this.#gone) return;
    this.#heard = call;
    this.#hear(view.sound);
  }

  #hear(sound: number): void {
    const { random, timeline, unit } = this.#around;
    const habits = this.#habits;
    if (sound === 0 && !random.chance(habits.earlyChance)) return;
    if (random.chance(sound <= 1 ? habits.forgetsChance : habits.forgetsChance / 2)) return;
    if (random.chance(habits.quietChance))
      timeline.after(random.between(1_000, 30_000), () => unit.sensors.askForQuiet());
    // Half the answers come within the median, a few take many times as long.
    this.#book(habits.answersInMs * random.logBetween(0.25, 4));
  }

  #book(delayMs: number): void {
    const { timeline } = this.#around;
    if (this.#plan !== undefined) return;
    this.#plan = timeline.after(delayMs, () => {
      this.#plan = undefined;
      this.#press();
    });
  }

  #press(): void {
    const { unit, random, timeline } = this.#around;
    if (this.#gone) return;
    unit.sensors.press(true);
    if (!random.chance(this.#habits.mashesChance)) return;
    for (let again = random.between(1, 5), afterMs = 0; again > 0; again -= 1) {
      afterMs += random.between(150, 3_000);
      timeline.after(afterMs, () => unit.sensors.press(true));
    }
  }

  #seeSachet(): void {
    const { timeline, random } = this.#around;
    if (this.#grab !== undefined || this.#gone) return;
    if (random.chance(this.#habits.leavesInCupChance)) {
      // Notices it much later, or the unit draws it back first.
      this.#grab = timeline.after(random.between(10, 90) * minuteMs, () => this.#take());
      return;
    }
    this.#grab = timeline.after(this.#habits.takesInMs * random.logBetween(0.3, 3), () => this.#take());
  }

  #take(): void {
    this.#grab = undefined;
    if (!this.#gone) this.#around.unit.takeFromCup();
  }

  #vanish(): void {
    const { timeline, random } = this.#around;
    if (this.#gone || this.#settled) return;
    this.#gone = true;
    timeline.after(random.between(4 * 60, 3 * 24 * 60) * minuteMs, () => this.comeBack());
  }

  /** A fault of its own: a child, a cat, a cleaning cloth. */
  #mashNowAndThen(): void {
    const { plan, random, timeline, unit } = this.#around;
    const mash = () => {
      if (this.#settled) return;
      plan.count('button-mash');
      for (let press = 0, afterMs = 0; press < 30; press += 1) {
        afterMs += random.between(40, 400);
        timeline.after(afterMs, () => unit.sensors.press(true));
      }
      book();
    };
    const book = () => timeline.after(waitMs(random, plan.rate('button-mash')), mash);
    book();
  }

  #live(rate: 'curiousPerDay' | 'vanishesPerDay' | 'tripsPerDay', act: () => void): void {
    const { random, timeline } = this.#around;
    const perDay = this.#habits[rate];
    if (perDay === 0) return;
    const book = () =>
      timeline.after(waitMs(random, perDay), () => {
        if (!this.#gone && !this.#settled) act();
        book();
      });
    book();
  }
}

/** The exponential wait until the next of events that come `perDay` times a day. */
export function waitMs(random: Random, perDay: number): number {
  return (-Math.log(1 - random.unit()) * dayMs) / perDay;
}
