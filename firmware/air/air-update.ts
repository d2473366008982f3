import type { UpdateResult, WantedUpdate } from '../domain/update.ts';
import { type AirConditions, LOOK_MS } from './air-conditions.ts';
import { AirFetch } from './air-fetch.ts';
import type { AirGuest, AirLine } from './air-line.ts';
import { AirTrial } from './air-trial.ts';

export interface AirUpdateOptions extends AirConditions {
  readonly line: AirLine;
  readonly restartSoon: (reason: string) => void;
}

/**
 * Carries out a signed command to update: fetches the firmware into the same bank as the cable does, has it tried, and
 * says how it ended. What it must remember stands in the ledger and in the bank, so it goes on after any restart.
 */
export class AirUpdate implements AirGuest {
  readonly #conditions: AirConditions;
  readonly #fetch: AirFetch;
  readonly #trial: AirTrial;
  #looking = false;

  constructor({ line, restartSoon, ...conditions }: AirUpdateOptions) {
    this.#conditions = conditions;
    this.#fetch = new AirFetch(conditions, line);
    this.#trial = new AirTrial(conditions, restartSoon);
    line.admit(this);
  }

  connected(): void {
    this.#fetch.connected();
  }

  look(): void {
    // What is told the host leads to messages, and those back here.
    if (this.#looking) return;
    this.#looking = true;
    try {
      const sleepMs = this.#step();
      if (sleepMs !== null) this.#conditions.clock.wakeAfter(sleepMs, () => this.look());
    } finally {
      this.#looking = false;
    }
  }

  received(bytes: Uint8Array): void {
    const wanted = this.#wanted;
    const ending = this.#fetch.received(bytes, wanted);
    if (ending !== null && wanted !== null) this.#end(wanted, ending);
    this.look();
  }

  get #wanted(): WantedUpdate | null {
    const { phase, memory } = this.#conditions.host().state;
    return phase === 'running' ? (memory?.registers.update ?? null) : null;
  }

  /** @returns how long nothing has to be done, null for as long as nothing happens */
  #step(): number | null {
    const wanted = this.#wanted;
    if (wanted === null) {
      this.#forget();
      return null;
    }
    const step = wanted.trial === null ? this.#fetch.step(wanted) : this.#trial.step(wanted, wanted.trial);
    if (typeof step === 'number') return Math.min(step, LOOK_MS);
    this.#end(wanted, step);
    return LOOK_MS;
  }

  #end({ firmware }: WantedUpdate, result: UpdateResult): void {
    const { log, host } = this.#conditions;
    const code = 'errors' in result ? `: ${result.errors[0]?.code}` : '';
    log.write(result.status === 'done' ? 'info' : 'warning', `The update to ${firmware} ends ${result.status}${code}.`);
    this.#forget();
    host().receive({ type: 'update.ended', result });
  }

  #forget(): void {
    this.#fetch.forget();
    this.#trial.forget();
  }
}
