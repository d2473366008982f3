import { type AnyEventObject, createActor } from 'xstate';
import type { Input } from '../../firmware/machine/chart.ts';
import type { StampedEvent } from '../../firmware/machine/events.ts';
import { edgeNamesOf } from './edges.ts';
import { chartValue, type Machine, type Snapshot } from './situation.ts';

interface Microstep {
  readonly type: string;
  readonly _transitions?: readonly object[];
}

type Transition = (snapshot: Snapshot, event: AnyEventObject, scope: unknown) => Snapshot;
type Start = (scope: unknown, input: Input) => Snapshot;

/** More microsteps than this for one event mean that the chart chases its own tail. */
const MICROSTEPS_MAX = 50;

/**
 * The real chart as a pure function of snapshot and event. One actor scope serves every call: the public `transition`
 * builds an actor each time. Notes which edges were taken, and from which state.
 */
export class ChartUnderTest {
  readonly taken = new Set<string>();
  readonly #machine: Machine;
  readonly #names: ReadonlyMap<object, string>;
  #scope: unknown;
  #from: Snapshot | null = null;

  constructor(machine: Machine) {
    this.#machine = machine.provide({});
    this.#machine.options.maxIterations = MICROSTEPS_MAX;
    this.#names = edgeNamesOf(this.#machine);
  }

  /** As `createActor(...).start()` would begin. */
  boot(input: Input): Snapshot {
    this.#from = null;
    this.#scope ??= this.#newScope(input);
    return (this.#machine.getInitialSnapshot as unknown as Start)(this.#scope, input);
  }

  /** @throws whatever a guard or an action throws */
  send(snapshot: Snapshot, event: StampedEvent): Snapshot {
    this.#from = snapshot;
    return (this.#machine.transition as unknown as Transition)(snapshot, event, this.#scope);
  }

  #newScope(input: Input): unknown {
    const actor = createActor(this.#machine, {
      input,
      inspect: (event) => this.#note(event as unknown as Microstep),
    });
    return (actor as unknown as { readonly _actorScope: unknown })._actorScope;
  }

  #note({ type, _transitions }: Microstep): void {
    if (type !== '@xstate.microstep' || _transitions === undefined) return;
    for (const transition of _transitions) {
      const name = this.#names.get(transition);
      if (name !== undefined) this.taken.add(this.#from === null ? name : withLeaf(name, this.#from));
    }
    // Only the first microstep of an event starts where the event met the chart.
    this.#from = null;
  }
}

/** An edge of a region itself counts once for each state it was taken from. */
function withLeaf(name: string, from: Snapshot): string {
  if (!name.startsWith('*')) return name;
  const region = name.slice(1, name.indexOf(' '));
  const value = chartValue(from);
  const leaf = region in value ? value[region as keyof typeof value] : '';
  return `${region}.${leaf}${name.slice(region.length + 1)}`;
}
