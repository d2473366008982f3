import type { SlotConfig } from '../../protocol/messages/config.ts';
import { Random } from '../kernel/random.ts';
import { waitMs } from './citizen.ts';
import { apart, clockTime, closest, minuteOf, roomAfter } from './spacing.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;
/** Changes of the plan a day, and wishes for one dose. */
const plansPerDay = 1 / 40;
const wishesPerDay = 1 / 12;
/** How far a dose is moved at most. */
const moveMinutesMax = 45;
const extendMinutesMax = 60;

/** The doctor and the centre's operators, who change the plan and grant wishes, over the air. */
export class Prescriber {
  readonly #world: World;
  readonly #random: Random;
  #over = false;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = Random.stream(seed, 'prescriber');
  }

  begin(): void {
    this.#often(plansPerDay, () => this.#changePlan());
    this.#often(wishesPerDay, () => this.#grantWish());
  }

  /** Whatever is under way is answered; nothing new is asked. */
  end(): void {
    this.#over = true;
  }

  #often(perDay: number, act: () => void): void {
    this.#world.timeline.after(waitMs(this.#random, perDay), () => {
      if (this.#over) return;
      act();
      this.#often(perDay, act);
    });
  }

  #changePlan(): void {
    const { orders } = this.#world.centre;
    const random = this.#random;
    const otherMedicine = random.chance(0.15);
    const moved = random.unit();
    const byMinutes = random.between(-moveMinutesMax, moveMinutesMax);
    orders.change(({ regimen, ...rest }) => {
      if (otherMedicine) return { ...rest, regimen: { ...regimen, prescription: (regimen.prescription ?? 0) + 1 } };
      const at = Math.floor(moved * regimen.slots.length);
      const slots = regimen.slots.map((slot, index) => (index === at ? later(slot, byMinutes) : slot));
      if (!keepsOrder(slots)) return { ...rest, regimen };
      const minIntervalMinutes = Math.min(regimen.minIntervalMinutes ?? 0, closest(slots));
      return { ...rest, regimen: { ...regimen, slots: apart(slots), minIntervalMinutes } };
    });
  }

  #grantWish(): void {
    const { centre, schedule, nowMs } = this.#world;
    const minutes = this.#random.between(5, extendMinutesMax);
    const open = schedule.between(nowMs - dayMs, nowMs + dayMs).find((dose) => dose.closesMs > nowMs);
    if (open === undefined) return;
    const { slot, date, closesMs } = open;
    centre.orders.ask({ type: 'extendWindow', slot, date, closesAt: Math.floor(closesMs / 1000), minutes });
  }
}

function later(slot: SlotConfig, byMinutes: number): SlotConfig {
  return { ...slot, at: clockTime(Math.min(1439, Math.max(0, minuteOf(slot) + byMinutes))) };
}

/** Windows that would meet, or doses that would change places, are no change that a doctor makes. */
function keepsOrder(slots: readonly SlotConfig[]): boolean {
  const inOrder = slots.every(
    (slot, index) => index === 0 || minuteOf(slot) > minuteOf(slots[index - 1] as SlotConfig),
  );
  return (
    inOrder && slots.every((slot, index) => roomAfter(slot, slots[(index + 1) % slots.length] as SlotConfig) >= 15)
  );
}
