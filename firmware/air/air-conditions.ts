import type { Clock } from '../../hal/ports/clock.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { UpdateResult, WantedUpdate } from '../domain/update.ts';
import type { Host } from '../host/host.ts';
import type { ImageBank } from '../update/image-bank.ts';

/** What fetching and trying both go by. */
export interface AirConditions {
  readonly host: () => Host;
  readonly bank: ImageBank;
  readonly clock: Clock;
  readonly log: Log;
  /** Since when nobody has touched the bank over the cable, on the monotonic clock; null when nobody ever did. */
  readonly cableMonoMs: () => number | null;
}

/** What a look at an update led to: how long nothing has to be done, or how the update ends. */
export type AirStep = number | UpdateResult;

/** How often is looked whether what stood in the way is over. */
export const LOOK_MS = 30_000;
/** Whoever sends an image over the cable stands beside the unit; the air waits until that has rested for so long. */
const CABLE_REST_MS = 5 * 60_000;

/** Only a clock that is believed tells that time is over. */
export function isExpired({ host, clock }: AirConditions, { untilMs }: WantedUpdate): boolean {
  return host().state.chart.time === 'trusted' && clock.read().wallMs >= untilMs;
}

/** Other firmware runs than the one that was to be replaced: somebody was here with a cable. */
export function isReplaced({ bank }: AirConditions, { from }: WantedUpdate): boolean {
  const active = bank.images().find((image) => image.active);
  return active !== undefined && active.version !== from;
}

export function isCableBusy({ cableMonoMs, clock }: AirConditions): boolean {
  const touched = cableMonoMs();
  return touched !== null && clock.read().monoMs < touched + CABLE_REST_MS;
}
