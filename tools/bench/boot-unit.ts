import { createClock } from '../../hal/linux/clock.ts';
import { provisionFile, startToReady } from '../../sim/bench/ready.ts';

/** Starts a unit on a ledger file; returns when it is ready to remind. */
export function bootUnit(path: string, provision: boolean): void {
  if (provision) provisionFile(path, Date.now());
  const state = startToReady(path, createClock());
  if (state !== 'locked') throw new Error(`The unit is not ready to remind but ${state}.`);
}
