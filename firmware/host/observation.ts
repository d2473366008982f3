import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { LinkEffect } from '../link/link.ts';
import type { StampedEvent } from '../machine/events.ts';
import type { Effect, Note } from '../machine/outputs.ts';

/**
 * What an onlooker (trace, simulator, panel) is told, in the order it happened. Nothing the firmware does depends
 * on it.
 */
export type Observation =
  /** An event entered by the inbox. */
  | { readonly kind: 'inbox'; readonly event: StampedEvent }
  /** A durable event, just committed to the ledger and queued for the centre. */
  | { readonly kind: 'recorded'; readonly event: DeviceEvent; readonly atMs: number }
  /** Something worth seeing that changes nothing durable, e.g. a reminder growing louder. */
  | { readonly kind: 'noted'; readonly note: Note; readonly atMs: number }
  /** An effect about to be performed. */
  | { readonly kind: 'effect'; readonly effect: Effect | LinkEffect; readonly atMs: number };
