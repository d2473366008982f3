import { ChartUnderTest, type Machine } from './chart-under-test.ts';
import { happenings } from './happenings/all.ts';
import { keyOf } from './key.ts';
import { LAWS } from './laws.ts';
import { type Situation, valueOf } from './situation.ts';
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
  readonly taken: ReadonlySet<string>;
}

export interface Bounds {
  readonly statesMax: number;
  /** End at the first violation. */
  readonly stopAtFirst?: boolean;
}

interface Place {
  readonly parent: number;
  readonly words: string;
  readonly depth: number;
}

const NO_DEAD_END = 'every state leads back to locked, to an alarm or to an open door';

/** Breadth first over one world, so that the first path to a state is a shortest one. */
export function explore(world: World, machine: Machine, bounds: Bounds): Exploration {
  return new Explorer(world, machine, bounds).run();
}

class Explorer {
  readonly #world: World;
  readonly #chart: ChartUnderTest;
  readonly #bounds: Bounds;
  readonly #known = new Map<string, number>();
  readonly #places: Place[] = [];
  readonly #frontier: (Situation | null)[] = [];
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
    const first = firstSituation(this.#world, this.#chart);
    if (this.#judge(first.steps, -1, 'the unit starts')) this.#visit(first.situation, -1, 'the unit starts');
    for (let at = 0; at < this.#places.length && !this.#isOver(); at += 1) {
      const situation = this.#frontier[at] as Situation;
      this.#frontier[at] = null;
      for (const happening of happenings(this.#world, situation)) {
        this.#edges += 1;
        const outcome = this.#outcome(situation, happening, at);
        if (outcome === null || !this.#judge(outcome.steps, at, happening.words)) continue;
        const to = this.#visit(outcome.situation, at, happening.words);
        if (happening.usual) this.#usualFrom[to]?.push(at);
      }
    }
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
      throw new Error(`The world "${this.#world.name}" has more than ${this.#bounds.statesMax} states; make it smaller.`);
    }
    return this.#bounds.stopAtFirst === true && this.#violations.size > 0;
  }

  #outcome(from: Situation, happening: Parameters<typeof follow>[3], at: number): Outcome | null {
    try {
      return follow(this.#world, this.#chart, from, happening);
    } catch (error) {
      this.#report('the chart never throws', String(error), at, happening.words);
      return null;
    }
  }

  #judge(steps: readonly Step[], at: number, words: string): boolean {
    let holds = true;
    for (const step of steps) {
      for (const [law, judge] of Object.entries(LAWS)) {
        const wrong = judge(step);
        if (wrong === null) continue;
        holds = false;
        this.#report(law, wrong, at, words);
      }
    }
    return holds;
  }

  #visit(situation: Situation, parent: number, words: string): number {
    const key = keyOf(this.#world, situation);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const at = this.#places.length;
    this.#known.set(key, at);
    const depth = parent < 0 ? 0 : (this.#places[parent] as Place).depth + 1;
    this.#places.push({ parent, words: `${words} [${describe(situation)}]`, depth });
    this.#frontier.push(situation);
    this.#usualFrom.push([]);
    const { memory, volatile } = situation.snapshot.context;
    const told = memory.alarms.size > 0 || volatile.door !== 'closed';
    if (told || valueOf(situation.snapshot).custody === 'locked') this.#ends.push(at);
    return at;
  }

  #findDeadEnds(): void {
    const reached = new Set(this.#ends);
    for (const at of reached) for (const from of this.#usualFrom[at] ?? []) reached.add(from);
    for (const at of this.#places.keys()) {
      if (reached.has(at)) continue;
      this.#violations.set(NO_DEAD_END, { law: NO_DEAD_END, wrong: 'no way leads back', path: this.#pathTo(at) });
      return;
    }
  }

  #report(law: string, wrong: string, at: number, words: string): void {
    if (!this.#violations.has(law)) this.#violations.set(law, { law, wrong, path: [...this.#pathTo(at), words] });
  }

  #pathTo(at: number): string[] {
    const path: string[] = [];
    for (let place = this.#places[at]; place !== undefined; place = this.#places[place.parent]) path.unshift(place.words);
    return path;
  }
}

/** Where a path stands, short enough to read a dozen of them. */
function describe({ snapshot, stamp, mechanics }: Situation): string {
  const { memory } = snapshot.context;
  const { custody, reminder } = valueOf(snapshot);
  const doses = [...memory.doses.values()].map(({ key, fate, moved }) => `${key.slice(-5)} ${fate} ${moved}`);
  const came = Object.entries(mechanics.came).map(([dose, count]) => `${dose.slice(-5)}×${count}`);
  const time = new Date(stamp.wallMs).toISOString().slice(8, 16);
  const alarms = [...memory.alarms.keys()];
  return `${time}Z ${custody}/${reminder}; ${doses.join(', ')}; out: ${came.join() || 'none'}; alarms: ${alarms.join() || 'none'}`;
}
