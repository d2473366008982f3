/** How far the board vouches for its wall clock. `lost`: the clock chip lost power and the time is meaningless. */
export type ClockSource = 'synchronised' | 'rtc' | 'lost';

/** One reading of both clocks, taken together. */
export interface ClockReading {
  /** Milliseconds since 1970-01-01T00:00Z, as the wall clock claims. */
  readonly wallMs: number;
  /** Milliseconds since boot; never steps, also counts suspended time. */
  readonly monoMs: number;
  readonly source: ClockSource;
}

/** A board's clock wakes whoever waits at least this often, so that a step or a suspend is noticed. */
export const WAKE_MS_MAX = 30_000;

export interface Clock {
  read(): ClockReading;
  /**
   * Calls `wake` once after `delayMs` (≥ 0), or sooner: a real clock wakes at least every `WAKE_MS_MAX`. A later call
   * replaces an earlier one.
   */
  wakeAfter(delayMs: number, wake: () => void): void;
}
