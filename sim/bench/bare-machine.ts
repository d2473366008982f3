import { createActor } from 'xstate';
import type { Observation } from '../../firmware/host/observation.ts';
import { dispenser } from '../../firmware/machine/dispenser.ts';
import type { Stamp, StampedEvent } from '../../firmware/machine/events.ts';
import type { Evidence } from '../../hal/ports/mechanism.ts';

/**
 * The ceiling for everything around the machine: the same chart, fed the same events, taking the same transitions,
 * but with guards that only read the recorded answers and actions that do nothing.
 */
export class BareMachine {
  readonly #events: StampedEvent[] = [];
  readonly #answers: boolean[] = [];

  /** Records one event of a real run; guards' answers are recorded by `listeningGuards`. */
  observe(observation: Observation): void {
    if (observation.kind === 'inbox') this.#events.push(observation.event);
  }

  /** The inspection that brings a fresh chart to rest. */
  begin(stamp: Stamp, evidence: Evidence): void {
    this.#events.push({ type: 'mechanism.inspected', evidence, stamp });
  }

  get events(): number {
    return this.#events.length;
  }

  /** Runs the recorded events through the real chart once, to learn what its guards answer; where custody ends. */
  learn(context: Parameters<typeof createActor<typeof dispenser>>[1]): string {
    const { guards } = dispenser.implementations;
    const heard = Object.fromEntries(
      Object.entries(guards).map(([name, guard]) => [
        name,
        (...args: readonly unknown[]) => {
          const answer = (guard as unknown as (...args: readonly unknown[]) => boolean)(...args);
          this.#answers.push(answer);
          return answer;
        },
      ]),
    );
    return this.#run(dispenser.provide({ guards: heard } as never), context);
  }

  /** Runs the same events with nothing but XState; answers how many were handled. */
  run(context: Parameters<typeof createActor<typeof dispenser>>[1]): number {
    let next = 0;
    const answer = (): boolean => this.#answers[next++] ?? false;
    const { guards, actions } = dispenser.implementations;
    const silent = Object.fromEntries(Object.keys(actions).map((name) => [name, () => {}]));
    const scripted = Object.fromEntries(Object.keys(guards).map((name) => [name, answer]));
    this.#run(dispenser.provide({ guards: scripted, actions: silent } as never), context);
    return this.#events.length;
  }

  #run(machine: typeof dispenser, options: Parameters<typeof createActor<typeof dispenser>>[1]): string {
    const actor = createActor(machine, options);
    actor.start();
    for (const event of this.#events) actor.send(event);
    const { custody } = actor.getSnapshot().value;
    actor.stop();
    return String(custody);
  }
}
