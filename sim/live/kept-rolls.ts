import type { SavedParts } from '../device/mechanism-parts.ts';
import type { Sachet } from '../device/sachet.ts';
import type { World } from '../world/world.ts';

/** Where every sachet is. */
export interface SavedRolls extends SavedParts {
  /** What hands have taken out of the cup, the latest last. */
  readonly given: readonly Sachet[];
}

/** More than any roll holds. */
const GIVEN_MAX = 1_000;

/** Where the sachets of a world are, with those that hands have taken, for a process that goes on with them later. */
export class KeptRolls {
  readonly #world: World;
  readonly #given: Sachet[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  get now(): SavedRolls {
    return { ...this.#world.unit.parts.save(), given: [...this.#given] };
  }

  /** Puts everything where it was; whoever is asked later what became of a dose still knows what was taken before. */
  restore(rolls: SavedRolls): void {
    this.#world.unit.parts.restore(rolls);
    this.#given.push(...rolls.given);
    this.#world.whereabouts.happened({ type: 'taken', sachets: rolls.given }, this.#world.nowMs);
  }

  /** Hands them to `keep` whenever sachets have done something, before the firmware hears of it. */
  keepWith(keep: (rolls: SavedRolls) => void): void {
    this.#world.watch({
      happened: (event) => {
        if (event.type === 'taken') this.#given.push(...event.sachets);
        this.#given.splice(0, this.#given.length - GIVEN_MAX);
        keep(this.now);
      },
    });
  }
}
