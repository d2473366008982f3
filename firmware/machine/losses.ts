import type { Memory } from '../domain/memory.ts';
import type { Stamp } from './events.ts';
import type { Volatile } from './turn.ts';

/** The mechanism's board went away at rest, and has not yet stayed for as long as its answer is waited for. */
export interface Losses {
  /** The first time that it went away, and the last that it was seen to be away, on the monotonic clock. */
  readonly sinceMonoMs: number;
  readonly lastMonoMs: number;
  readonly isAway: boolean;
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
  if (losses === null) return null;
  return losses.isAway || monoMs - losses.lastMonoMs < settings.profile.moveMsMax ? losses : null;
}
