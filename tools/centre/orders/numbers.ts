import { OrderError } from './order-error.ts';

/** Orders for one unit that may be numbered ahead of the clock, one a second. */
export const AHEAD_S_MAX = 10;

/**
 * Numbers of configurations and commands: the second in which one is made, or the next that is free. So none is given
 * twice, not even by a copy of the database that was put back and knows nothing of what was made since: no process
 * numbers further ahead than `AHEAD_S_MAX`, and each begins that much later than its start. (A copy that is put back
 * within seconds of a haste right after a start could; then units tell two apart by their hashes, and refuse.)
 */
export class Numbers {
  readonly #firstS: number;

  constructor(startedMs: number) {
    this.#firstS = Math.floor(startedMs / 1000) + AHEAD_S_MAX;
  }

  /** @param last the highest that is known for the unit, 0 for none. @throws OrderError when they come too fast */
  next(last: number, nowMs: number): number {
    const floor = Math.max(Math.floor(nowMs / 1000), this.#firstS);
    const number = Math.max(last + 1, floor);
    const ahead = number - floor;
    // Further ahead than that is no haste: the clock was put back, or the unit has the number from elsewhere.
    if (ahead <= AHEAD_S_MAX || ahead > 2 * AHEAD_S_MAX) return number;
    throw new OrderError('conflict', {
      da: 'Apparatet er bedt om for meget inden for få sekunder; prøv igen om lidt.',
      en: 'Too much was asked of this unit within a few seconds; ask again in a moment.',
    });
  }
}
