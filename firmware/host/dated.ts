import type { Unnumbered } from '../ledger/ledger.ts';
import type { Stamp } from '../machine/events.ts';
import type { EventBody } from '../machine/turn.ts';

const EPOCH_SECONDS_MAX = 0xffff_ffff;

/** A record as the wire wants it: whole seconds, and a mark when the clock was not to be trusted. */
export function dated(body: EventBody, stamp: Stamp): Unnumbered {
  const at = Math.min(EPOCH_SECONDS_MAX, Math.max(0, Math.floor(stamp.wallMs / 1000)));
  return { ...body, at, ...(stamp.trusted ? {} : { suspect: true as const }) } as Unnumbered;
}
