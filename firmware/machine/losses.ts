import type { Memory } from '../domain/memory.ts';
import type { Stamp } from './events.ts';
import type { Volatile } from './turn.ts';

/** The mechanism's board went away at rest, and has not yet stayed for as long as its answer is waited for. */
export interface Losses {
  /** The first time and the last, on the monotonic clock. */
  readonly sinceMonoMs: number;
  readonly lastMonoMs: number;
}

/**
 * The losses that still count: one that has answered and stayed for as long as a silent one is waited for, is back.
 * Null: it is back, or was never away.
 */
export function lossesNow(
  { settings }: Memory,
  { losses }: Pick<Volatile, 'losses'>,
  { monoMs }: Pick<Stamp, 'monoMs'>,
): Losses | null {
  return losses !== null && monoMs - losses.lastMonoMs < settings.profile.moveMsMax ? losses : null;
}
