import { sameBytes } from '../../../protocol/cose/bytes.ts';
import type { ConfigOrder, ConfigStore, StoredEnvelope, UnitConfig } from './config-store.ts';

/** The base of a document for a unit that has none. */
export const NO_BASE = new Uint8Array(0);

/** For so long a first document is sent as it was signed: a unit may have been enrolled since, and refuses an older one. */
const FRESH_S = 3_600;

export function isFresh({ issuedS }: StoredEnvelope, nowMs: number): boolean {
  return nowMs / 1000 - issuedS < FRESH_S;
}

/**
 * The base under which a document may replace what the unit has, provided that whoever made it could know that: an
 * older document of this centre, or the one that it is expressly meant to replace. Undefined when the unit has
 * something else, has this very document, or has not said what it has.
 */
export function baseFor(store: ConfigStore, order: ConfigOrder, unit: UnitConfig | undefined): Uint8Array | undefined {
  if (unit === undefined) return undefined;
  if (unit.version === 0) return NO_BASE;
  const ours = store.byVersion(order.device, unit.version);
  const hash = unit.hash ?? ours?.hash;
  if (hash === undefined) return undefined;
  const older = ours !== undefined && ours.version < order.version && sameBytes(ours.hash, hash);
  const meant = order.over !== null && sameBytes(order.over, hash);
  return older || meant ? hash : undefined;
}
