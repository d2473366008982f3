import type { SimClock } from '../device/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Booking, Timeline } from '../kernel/timeline.ts';

const minuteMs = 60_000;
/** A clock left alone for so long no longer counts as synchronised. */
const holdOverAfterMs = 15 * minuteMs;

/** Network time: puts a wrong or lost clock right while there is a network, and lets it run by itself when not. */
export class TimeService {
  readonly #clock: SimClock;
  readonly #timeline: Timeline;
  readonly #random: Random;
  /** How fast this unit's chip runs by itself, parts per million. */
  readonly #driftPpm: number;
  #reachable = true;
  #running = true;
  #silentUntilMs = 0;
  #booking: Booking | undefined;

  constructor(clock: SimClock, timeline: Timeline, random: Random, driftPpm: number) {
    this.#clock = clock;
    this.#timeline = timeline;
    this.#random = random;
    this.#driftPpm = driftPpm;
  }

  networkChanged(up: boolean): void {
    this.#reachable = up;
    this.#book();
  }

  /** A unit without power neither asks nor hears. */
  unitRuns(running: boolean): void {
    this.#running = running;
    this.#book();
  }

  /** The clock was stepped or lost: the next poll puts it right. */
  clockDisturbed(): void {
    this.#book();
  }

  /** The time servers answer nobody for a while, whatever else the network does. */
  silenceFor(ms: number): void {
    this.#silentUntilMs = Math.max(this.#silentUntilMs, this.#timeline.nowMs + ms);
    this.#book();
    this.#timeline.at(this.#silentUntilMs, () => this.#book());
  }

  #book(): void {
    this.#timeline.cancel(this.#booking);
    const heard = this.#reachable && this.#running && this.#timeline.nowMs >= this.#silentUntilMs;
    if (heard && this.#clock.source === 'synchronised' && this.#clock.errorMs === 0) return;
    const delayMs = heard ? this.#random.between(20_000, 17 * minuteMs) : holdOverAfterMs;
    this.#booking = this.#timeline.after(delayMs, () => {
      this.#booking = undefined;
      if (heard) {
        this.#clock.drift(0);
        this.#clock.synchronise(0);
      } else {
        this.#clock.holdOver();
        this.#clock.drift(this.#driftPpm);
      }
    });
  }
}
