import type { Random } from '../kernel/random.ts';
import type { Citizen } from './citizen.ts';
import type { World } from './world.ts';

const hourMs = 3_600_000;

/** Draws what a trip looks like: doses taken along, an announced absence without medicine, or a hospital stay. */
export class TripPlanner {
  readonly #world: World;
  readonly #random: Random;
  readonly #citizen: () => Citizen;
  #travelling = false;

  constructor(world: World, random: Random, citizen: () => Citizen) {
    this.#world = world;
    this.#random = random;
    this.#citizen = citizen;
  }

  arrange = (): void => {
    if (this.#travelling || !this.#world.unit.running) return;
    this.#travelling = true;
    const kind = this.#random.pick(['take-out', 'take-out', 'absence', 'pause'] as const);
    const awayMs = this.#random.between(6, kind === 'absence' ? 14 * 24 : 72) * hourMs;
    const { timeline } = this.#world;
    this.#leave(kind, awayMs);
    timeline.after(10 * 60_000, () => this.#citizen().leave());
    timeline.after(awayMs, () => this.#return(kind));
  };

  #leave(kind: 'take-out' | 'absence' | 'pause', awayMs: number): void {
    const { relative, unit, nowMs } = this.#world;
    if (kind === 'take-out') relative.takeOut(this.#random.between(1, 12));
    else if (kind === 'absence') relative.tellAbsence(nowMs + awayMs);
    else unit.ask({ type: 'pause.started' });
  }

  #return(kind: 'take-out' | 'absence' | 'pause'): void {
    const { relative, unit } = this.#world;
    this.#travelling = false;
    this.#citizen().comeBack();
    // Half of them forget to say that they are back.
    if (kind === 'pause') unit.ask({ type: 'pause.ended' });
    else if (this.#random.chance(0.5)) relative.tellReturn();
  }
}
