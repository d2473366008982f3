import type { Booking, Timeline } from '../kernel/timeline.ts';
import type { VirtualTimers } from './virtual-timers.ts';

/** A board whose time somebody else lets pass. */
export interface Passing {
  /** Lets a millisecond pass. */
  step(): void;
  /** Something is under way that is to come to its end. */
  readonly isBusy: boolean;
}

/** When a board's time passes. */
export interface BoardTime {
  /** Something was shown on the board, or set. */
  wake(): void;
  /** Something was asked of it, or done to it, that it will answer. */
  touched(): void;
  /** A process of the firmware has ended, with its timers. */
  processGone(): void;
}

/** After what was done to a board: contacts have come to rest, reports are sent and sachets have fallen within this. */
export const SETTLING_MS = 600;

/**
 * Board and drivers go with the virtual time of a world, millisecond by millisecond, while something happens to them; else
 * their time stands still, so that a day of waiting costs nothing. They see their own time only, and it has no gaps.
 * Sleepless, they wait through the day as well.
 */
export class SteppedTime implements BoardTime {
  readonly #timeline: Timeline;
  readonly #timers: VirtualTimers;
  readonly #board: Passing;
  readonly #sleepless: boolean;
  #awakeUntilMs = 0;
  #booking: Booking | undefined;

  constructor(timeline: Timeline, timers: VirtualTimers, board: Passing, sleepless = false) {
    this.#sleepless = sleepless;
    this.#timeline = timeline;
    this.#timers = timers;
    this.#board = board;
  }

  wake(): void {
    this.#awakeUntilMs = this.#timeline.nowMs + SETTLING_MS;
    this.#booking ??= this.#timeline.after(1, () => this.#tick());
  }

  touched(): void {
    this.wake();
  }

  processGone(): void {
    this.#timers.forget();
    this.wake();
  }

  #tick(): void {
    this.#booking = undefined;
    this.#timers.tick();
    this.#board.step();
    if (this.#sleepless || this.#board.isBusy) this.wake();
    else if (this.#timeline.nowMs < this.#awakeUntilMs) {
      this.#booking ??= this.#timeline.after(1, () => this.#tick());
    }
  }
}
