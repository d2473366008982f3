import { type Actor, createActor } from 'xstate';
import type { Capabilities } from '../../hal/ports/capabilities.ts';
import type { Memory } from '../domain/memory.ts';
import { dispenser } from '../machine/dispenser.ts';
import type { Stamp, StampedEvent } from '../machine/events.ts';
import { type Context, volatileAtStart } from '../machine/turn.ts';
import type { ChartValue } from '../machine/view.ts';
import type { Ports } from './ports.ts';

/** What the machine makes of one event. */
export type Decision = Context['decision'];

/** The statechart at work on a memory. Once a guard or an action of it has thrown, it has failed and decides nothing. */
export class RunningChart {
  readonly #actor: Actor<typeof dispenser>;

  constructor(
    memory: Memory,
    stamp: Stamp,
    { sensors, parts, hasTag }: Pick<Ports, 'sensors'> & { readonly parts: Capabilities; readonly hasTag: boolean },
  ) {
    const seen = { door: sensors.door(), power: sensors.power(), placement: sensors.placement() };
    const volatile = volatileAtStart(stamp, { ...seen, parts, hasTag });
    this.#actor = createActor(dispenser, { input: { memory, volatile, boot: stamp } });
    // Without an observer XState would throw the chart's error at the whole process.
    this.#actor.subscribe({ error: () => {} });
    this.#actor.start();
  }

  get context(): Context {
    return this.#actor.getSnapshot().context;
  }

  /** The state per region. */
  get value(): ChartValue {
    return this.#actor.getSnapshot().value as unknown as ChartValue;
  }

  /** What was thrown; null while it works. */
  get failure(): { readonly error: unknown } | null {
    const { status, error } = this.#actor.getSnapshot();
    return status === 'active' ? null : { error };
  }

  /** @returns what it decides; null when no step of it has an answer to the event in this state, or when it fails */
  decide(event: StampedEvent): Decision | null {
    this.#actor.send(event);
    if (this.failure !== null) return null;
    const { decidedFor, decision } = this.context;
    return decidedFor === event ? decision : null;
  }

  stop(): void {
    this.#actor.stop();
  }
}
