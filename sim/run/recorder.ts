import type { Observation } from '../../firmware/host/observation.ts';
import { lineOf } from '../../firmware/trace/observation-line.ts';
import { TraceHash } from '../../firmware/trace/trace-hash.ts';
import type { World } from '../world/world.ts';

/** Turns everything the firmware takes in and does into lines and their running hash. */
export class Recorder {
  readonly #hash = new TraceHash();
  readonly #onLine: ((line: string) => void) | undefined;

  constructor(world: World, onLine?: (line: string) => void) {
    this.#onLine = onLine;
    world.watch({ observed: (observation) => this.#observe(observation) });
  }

  get digest(): string {
    return this.#hash.digest();
  }

  #observe(observation: Observation): void {
    const line = lineOf(observation);
    this.#hash.add(line);
    this.#onLine?.(line);
  }
}
