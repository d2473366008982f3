import { DRIFT_MAX } from '../domain/clock-trust.ts';
import type { Stamp } from '../machine/events.ts';

/** Without any deadline the unit still looks at its clocks this often. */
const WAKE_MS_MAX = 60 * 60_000;
const AIM_MS = 5_000;
/** More than this between two readings is no drift. */
const STEP_MS = 1_000;

/** When the unit must look again although nothing happens. */
export class Wakeups {
  #last: Stamp;
  #untilMs: number | null = null;

  constructor(first: Stamp) {
    this.#last = first;
  }

  /** Whether time has passed in a way that the machine must hear of before anything else. */
  isDue(stamp: Stamp): boolean {
    if (stamp.trusted !== this.#last.trusted) return true;
    const wallBy = stamp.wallMs - this.#last.wallMs;
    const monoBy = stamp.monoMs - this.#last.monoMs;
    // Somebody has set the clock: every deadline is somewhere else now.
    if (Math.abs(wallBy - monoBy) >= STEP_MS) return true;
    return this.#untilMs !== null && (monoBy >= this.#untilMs || wallBy >= this.#untilMs);
  }

  /** The machine has decided something: its next deadline may be another, null for none. */
  plan(untilMs: number | null, stamp: Stamp): void {
    this.#untilMs = untilMs;
    this.#last = stamp;
  }

  /** Nothing was decided since. */
  goOn(stamp: Stamp): void {
    if (this.#untilMs !== null) this.#untilMs -= stamp.monoMs - this.#last.monoMs;
    this.#last = stamp;
  }

  /** How long to sleep. `linkMs`: when the link wants to be looked at, null for no deadline of its own. */
  delayMs(linkMs: number | null): number {
    return Math.min(aim(this.#untilMs ?? WAKE_MS_MAX), linkMs ?? WAKE_MS_MAX);
  }
}

/** Wall and monotonic time drift apart; a far deadline is approached in two steps, the last of them short. */
function aim(delayMs: number): number {
  return delayMs > AIM_MS ? Math.floor(delayMs * (1 - DRIFT_MAX)) : delayMs;
}
