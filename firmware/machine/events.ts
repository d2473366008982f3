import type { MechanismEvent, RollId } from '../../hal/ports/mechanism.ts';
import type { SensorEvent } from '../../hal/ports/sensors.ts';
import type { Settlement } from '../../protocol/messages/event.ts';
import type { DoseKey } from '../domain/dose.ts';
import type { Sachet } from '../domain/stock.ts';

/** The time an event entered by the inbox. Read once, there; nothing behind the inbox asks a clock. */
export interface Stamp {
  /** Wall time, milliseconds since 1970. */
  readonly wallMs: number;
  /** Milliseconds since boot. */
  readonly monoMs: number;
  /** Whether the wall time may be believed (see domain/clock-trust.ts). */
  readonly trusted: boolean;
}

/** What a person with a key, a session or a signed command asks of the unit. */
export type ServiceEvent =
  /** Release the next `doses` doses ahead, one after another, for a trip. */
  | { readonly type: 'takeOut.requested'; readonly doses: number }
  /** The citizen is away without the medicine in the unit until `untilMs`: quiet, doses withheld, accounted for. */
  | { readonly type: 'absence.started'; readonly untilMs: number }
  | { readonly type: 'absence.ended' }
  /** The unit is paused by the centre (hospital, "bero") until `pause.ended`. */
  | { readonly type: 'pause.started' }
  | { readonly type: 'pause.ended' }
  /** A roll was fitted while the service door stood open with a key. Head first; `null` is an empty sachet. */
  | { readonly type: 'stock.loaded'; readonly roll: RollId; readonly sachets: readonly Sachet[] }
  | { readonly type: 'bin.emptied' }
  /** A technician has put the mechanism right and says so; it is inspected before anything moves. */
  | { readonly type: 'fault.repaired' }
  /** A person has found out what became of an uncertain dose. */
  | { readonly type: 'uncertainty.settled'; readonly dose: DoseKey; readonly fate: Settlement };

/** What the link learned. `through` is the highest seq with no gap below it that the centre has stored. */
export type LinkEvent =
  | { readonly type: 'link.up' }
  | { readonly type: 'link.down' }
  | { readonly type: 'link.acknowledged'; readonly epoch: number; readonly through: number };

/** Time has passed: some deadline in durable state was reached. */
export interface Tick {
  readonly type: 'tick';
}

export type InboxEvent = SensorEvent | MechanismEvent | ServiceEvent | LinkEvent | Tick;

/** An event as the machine sees it. */
export type StampedEvent = InboxEvent & { readonly stamp: Stamp };
