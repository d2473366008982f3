import type { Sachet } from '../../../firmware/domain/stock.ts';
import type { Capabilities } from '../../../hal/ports/capabilities.ts';
import type { Evidence, RollId } from '../../../hal/ports/mechanism.ts';
import type { ConfigDocument } from '../../../protocol/messages/config.ts';

export interface RigOptions {
  /** When the unit is provisioned and starts, ISO 8601. */
  readonly at?: string;
  readonly config?: Partial<ConfigDocument>;
  readonly rolls?: Partial<Record<RollId, readonly Sachet[]>>;
  /** The store is as it comes from the factory. */
  readonly unprovisioned?: true;
  /** Set up, and waiting for its first configuration. */
  readonly unconfigured?: true;
  /** When its first configuration may have been signed at the earliest, epoch seconds. */
  readonly firstConfigFrom?: number;
  /** Of its ledger. */
  readonly epoch?: number;
  /** What it is built with; every part unless told. */
  readonly parts?: Capabilities;
  readonly hasTag?: boolean;
}

/** What the next movement does: whether a sachet moves, whether the board answers, whether the gate is then stuck. */
export interface Outcome {
  readonly moves?: boolean;
  readonly answers?: boolean;
  readonly gate?: Evidence['gate'];
}
