import type { Clock } from '../../hal/ports/clock.ts';
import { type ClockOpinion, type ClockPast, judgeClock } from '../domain/clock-trust.ts';
import type { Stamp } from '../machine/events.ts';

/** Where time is read for the machine: once for each event, with an opinion on whether the wall clock lies. */
export class Timekeeper {
  readonly #clock: Clock;
  #last: ClockOpinion | null = null;
  readonly #past: ClockPast;

  constructor(clock: Clock, past: ClockPast) {
    this.#clock = clock;
    this.#past = past;
  }

  stamp(): Stamp {
    const reading = this.#clock.read();
    this.#last = judgeClock(reading, this.#last, this.#past);
    const { trusted } = this.#last;
    return { wallMs: reading.wallMs, monoMs: reading.monoMs, trusted };
  }
}
