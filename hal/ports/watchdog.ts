/** Restarts the unit when the firmware stops saying that it is well. */
export interface Watchdog {
  kick(): void;
  /** Asks for a controlled restart, e.g. after the store failed. */
  restart(reason: string): void;
}
