import { epochSecondsAt } from '../domain/civil-time.ts';
import type { Unnumbered } from '../ledger/record-log.ts';
import type { Stamp } from '../machine/events.ts';
import type { EventBody } from '../machine/turn.ts';

/** A record as the wire wants it: whole seconds, and a mark when the clock was not to be trusted. */
export function dated(body: EventBody, stamp: Stamp): Unnumbered {
  return {
    ...body,
    at: epochSecondsAt(stamp.wallMs),
    ...(stamp.trusted ? {} : { suspect: true as const }),
  } as Unnumbered;
}
