import type { MechanismEvent, RollId } from '../../hal/ports/mechanism.ts';
import type { SensorEvent } from '../../hal/ports/sensors.ts';
import type { TagEvent } from '../../hal/ports/tag.ts';
import type { SelfTestPart } from '../../protocol/messages/command.ts';
import type { Settlement } from '../../protocol/messages/event.ts';
import type { Handover } from '../../protocol/messages/handover.ts';
import type { Refusal, RefusalCode } from '../../protocol/messages/refusal.ts';
import type { ServiceAct } from '../../protocol/messages/service-acts.ts';
import type { DoseKey } from '../domain/dose.ts';
import type { NewConfig } from '../domain/memory.ts';
import type { CommandRef, WantedLog } from '../domain/orders.ts';
import type { Sachet } from '../domain/stock.ts';
import type { UpdateResult } from '../domain/update.ts';

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
  /** Release the next `doses` doses ahead, one after another, for a trip; quiet until `awayUntilMs` when it is told. */
  | { readonly type: 'takeOut.requested'; readonly doses: number; readonly awayUntilMs?: number }
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
  | { readonly type: 'uncertainty.settled'; readonly dose: DoseKey; readonly fate: Settlement }
  /** The window of one dose, which closes at `closesAt` (epoch seconds), stays open longer. */
  | { readonly type: 'window.extended'; readonly dose: DoseKey; readonly closesAt: number; readonly byMs: number }
  /** The reminder's sound rests, never its light. */
  | { readonly type: 'silence.requested'; readonly forMs: number }
  | {
      readonly type: 'message.received';
      readonly text: string;
      readonly buttons: readonly string[];
      readonly untilMs: number;
    }
  | { readonly type: 'restart.requested' }
  /** The unit is to look at parts of its own. */
  | { readonly type: 'selfTest.requested'; readonly parts: readonly SelfTestPart[] }
  | ({ readonly type: 'log.requested' } & WantedLog)
  /** The centre wants other firmware here: the image file with this SHA-256, in place of the version `from`. */
  | {
      readonly type: 'update.requested';
      readonly image: Uint8Array;
      readonly bytes: number;
      readonly firmware: string;
      readonly from: string;
      readonly untilMs: number;
    }
  /** The file is here whole and sound, and calls itself `image`; so many restarts were granted for its trial. */
  | { readonly type: 'update.proceeded'; readonly image: Uint8Array; readonly restarts: number }
  /** What became of it. */
  | { readonly type: 'update.ended'; readonly result: UpdateResult }
  /** Another unit is to take the place of this one: the one with that attestation key. */
  | { readonly type: 'handover.asked'; readonly heir: Uint8Array }
  /** This unit is to take the place of another: what that one knew of the citizen's doses. */
  | { readonly type: 'handover.offered'; readonly handover: Handover }
  /** Somebody has done something over the cable, with or without a pass; or was refused, or the unit stopped meanwhile. */
  | {
      readonly type: 'service.noted';
      readonly act: ServiceAct;
      readonly pass: string | null;
      readonly refusal?: { readonly code?: RefusalCode };
      readonly cutOff?: true;
    };

/** What came of a signed document before it was anything for the machine to decide. */
export type OrderEvent =
  | { readonly type: 'config.offered'; readonly config: NewConfig }
  /** `signed`: by somebody whom the unit believes. Others could fill the ledger with what they send. */
  | {
      readonly type: 'order.refused';
      readonly order: 'config' | 'command';
      readonly signed: boolean;
      readonly refusal: Refusal;
      /** Of a configuration, when it could be read. */
      readonly version?: number;
    };

/** What the link learned. `through` is the highest seq with no gap below it that the centre has stored. */
export type LinkEvent =
  | { readonly type: 'link.up' }
  | { readonly type: 'link.down' }
  | { readonly type: 'link.acknowledged'; readonly epoch: number; readonly through: number }
  /** All that a command asked for is with the broker. `bytes`: how much that was; null when it could not be read. */
  | { readonly type: 'log.ended'; readonly id: number; readonly bytes: number | null };

/** Time has passed: some deadline in durable state was reached. */
export interface Tick {
  readonly type: 'tick';
}

export type InboxEvent = SensorEvent | MechanismEvent | TagEvent | ServiceEvent | OrderEvent | LinkEvent | Tick;

/** An event as the machine sees it. */
export type StampedEvent = InboxEvent & {
  readonly stamp: Stamp;
  /** The signed command that asks for it, when one does. */
  readonly command?: CommandRef;
};
