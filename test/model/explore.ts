import { ChartUnderTest } from './chart-under-test.ts';
import { happenings } from './happenings/all.ts';
import { keyOf } from './key.ts';
import { LAWS } from './laws/all.ts';
import { chartValue, type Happening, type Machine, type Situation } from './situation.ts';
import { firstSituation, follow, type Outcome, type Step } from './step.ts';
import type { World } from './world.ts';

export interface Violation {
  readonly law: string;
  readonly wrong: string;
  /** The shortest way there, in words. */
  readonly path: readonly string[];
}

export interface Exploration {
  readonly states: number;
  readonly edges: number;
  readonly depth: number;
  /** The first violation of each law; nothing is explored beyond one. */
  readonly violations: readonly Violation[];
  /** The chart's edges that were walked, by name. */
  readonly taken: ReadonlySet<string>;
}

export interface Bounds {
  readonly statesMax: number;
  /** End at the first violation. */
  readonly stopAtFirst?: boolean;
}

/** Breadth first over one world, so that the first path to a state is a shortest one. */
export function explore(world: World, machine: Machine, bounds: Bounds): Exploration {
  return new Explorer(world, machine, bounds).run();
}

/** A violation as a person reads it. */
export function inWords({ law, wrong, path }: Violation): string {
  return [
    `Broken: ${law}.`,
    ...path.map((words, index) => `${String(index).padStart(3)}  ${words}`),
    `  →  ${wrong}`,
  ].join('\n');
}

interface Place {
  readonly parent: number;
  readonly words: string;
  readonly depth: number;
}

const NOWHERE = -1;
const NO_DEAD_END = 'every state leads back to locked, to an alarm or to an open door';

class Explorer {
  readonly #world: World;
  readonly #chart: ChartUnderTest;
  readonly #bounds: Bounds;
  readonly #known = new Map<string, number>();
  readonly #places: Place[] = [];
  /** Not kept once its happenings are followed. */
  readonly #situations: (Situation | null)[] = [];
  readonly #violations = new Map<string, Violation>();
  /** Whence each state is reached in the usual course of things. */
  readonly #usualFrom: number[][] = [];
  /** Locked again, or somebody is told. */
  readonly #ends: number[] = [];
  #edges = 0;

  constructor(world: World, machine: Machine, bounds: Bounds) {
    this.#world = world;
    this.#chart = new ChartUnderTest(machine);
    this.#bounds = bounds;
  }

  run(): Exploration {
    this.#arrive(firstSituation(this.#world, this.#chart), NOWHERE, 'the unit starts');
    for (let at = 0; at < this.#places.length && !this.#isOver(); at += 1) this.#leave(at);
    if (!this.#isOver()) this.#findDeadEnds();
    return {
      states: this.#places.length,
      edges: this.#edges,
      depth: this.#places.at(-1)?.depth ?? 0,
      violations: [...this.#violations.values()],
      taken: this.#chart.taken,
    };
  }

  #isOver(): boolean {
    if (this.#places.length > this.#bounds.statesMax) {
      throw new Error(
        `The world "${this.#world.name}" has more than ${this.#bounds.statesMax} states; make it smaller.`,
      );
    }
    return this.#bounds.stopAtFirst === true && this.#violations.size > 0;
  }

  /** Follows everything that may happen in a state. */
  #leave(at: number): void {
    const situation = this.#situations[at] as Situation;
    this.#situations[at] = null;
    for (const happening of happenings(this.#world, situation)) {
      this.#edges += 1;
      const outcome = this.#outcome(situation, happening, at);
      const to = outcome === null ? null : this.#arrive(outcome, at, happening.words);
      if (to !== null && happening.usual) this.#usualFrom[to]?.push(at);
    }
  }

  #outcome(from: Situation, happening: Happening, at: number): Outcome | null {
    try {
      return follow(this.#world, this.#chart, from, happening);
    } catch (error) {
      this.#report('the chart never throws', String(error), [...this.#pathTo(at), happening.words]);
      return null;
    }
  }

  #arrive({ situation, steps }: Outcome, from: number, words: string): number | null {
    return this.#isLawful(steps, from, words) ? this.#visit(situation, from, words) : null;
  }

  #isLawful(steps: readonly Step[], from: number, words: string): boolean {
    let lawful = true;
    for (const step of steps) {
      for (const [law, judge] of Object.entries(LAWS)) {
        const wrong = judge(step);
        if (wrong === null) continue;
        lawful = false;
        this.#report(law, wrong, [...this.#pathTo(from), words]);
      }
    }
    return lawful;
  }

  #visit(situation: Situation, parent: number, words: string): number {
    const key = keyOf(this.#world, situation);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const at = this.#places.length;
    this.#known.set(key, at);
    this.#places.push({
      parent,
      words: `${words} [${describe(situation)}]`,
      depth: (this.#places[parent]?.depth ?? NOWHERE) + 1,
    });
    this.#situations.push(situation);
    this.#usualFrom.push([]);
    if (isEnd(situation)) this.#ends.push(at);
    return at;
  }

  #findDeadEnds(): void {
    const reached = new Set(this.#ends);
    for (const at of reached) for (const from of this.#usualFrom[at] ?? []) reached.add(from);
    for (const at of this.#places.keys()) {
      if (!reached.has(at)) this.#report(NO_DEAD_END, 'no way leads on', this.#pathTo(at));
    }
  }

  #report(law: string, wrong: string, path: readonly string[]): void {
    if (!this.#violations.has(law)) this.#violations.set(law, { law, wrong, path });
  }

  #pathTo(at: number): string[] {
    const path: string[] = [];
    for (let place = this.#places[at]; place !== undefined; place = this.#places[place.parent])
      path.unshift(place.words);
    return path;
  }
}

function isEnd({ snapshot }: Situation): boolean {
  const { memory, volatile } = snapshot.context;
  return chartValue(snapshot).custody === 'locked' || memory.alarms.size > 0 || volatile.door !== 'closed';
}

/** Where a path stands, short enough to read a dozen of them. */
function describe({ snapshot, stamp, mechanics }: Situation): string {
  const { memory } = snapshot.context;
  const { custody, reminder } = chartValue(snapshot);
  const time = new Date(stamp.wallMs).toISOString().slice(8, 16);
  const doses = [...memory.doses.values()].map(({ key, fate }) => `${key.slice(0, -10)}${key.slice(-2)} ${fate}`);
  const came = Object.entries(mechanics.came).map(
    ([dose, count]) => `out: ${count} of ${dose.slice(0, -10)}${dose.slice(-2)}`,
  );
  const alarms = memory.alarms.size === 0 ? [] : [`alarms: ${[...memory.alarms.keys()].join(', ')}`];
  return [`${time}Z ${custody}, ${reminder}`, ...doses, ...came, ...alarms].join('; ');
}
