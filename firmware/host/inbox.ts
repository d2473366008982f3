import type { Clock } from '../../hal/ports/clock.ts';
import { type ClockOpinion, isTrusted } from '../domain/clock-trust.ts';
import type { Stamp } from '../machine/events.ts';

/** The one place where time is read: once for each event, with an opinion on whether the wall clock lies. */
export class Timekeeper {
  readonly #clock: Clock;
  #last: ClockOpinion | null = null;
  #lastSeenWallMs: number;

  constructor(clock: Clock, lastSeenWallMs: number) {
    this.#clock = clock;
    this.#lastSeenWallMs = lastSeenWallMs;
  }

  stamp(): Stamp {
    const reading = this.#clock.read();
    const trusted = isTrusted(reading, this.#last, this.#lastSeenWallMs);
    this.#last = { reading, trusted };
    return { wallMs: reading.wallMs, monoMs: reading.monoMs, trusted };
  }
}
