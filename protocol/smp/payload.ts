import { type CborMap, type CborValue, encode } from '../cbor.ts';
import { ProtocolError } from '../errors.ts';
import type { CborLimits } from '../limits.ts';
import { PayloadReader, type SmpMap, type SmpValue } from './payload-reader.ts';

/** The length field has 16 bits; nothing standard nests deeper than 5 or lists more than a few dozen things. */
export const payloadLimits: CborLimits = { bytesMax: 0xffff, depthMax: 8, itemsMax: 1024 };

/** What may be sent: as `SmpMap`, and an entry that is `undefined` is left out. */
export type SmpPayload = { readonly [key: string]: SmpPayloadValue };
export type SmpPayloadValue = SmpValue | undefined | readonly SmpPayloadValue[] | SmpPayload;

/**
 * A payload in definite lengths and shortest heads, shorter keys first (RFC 8949 §4.2.3), as the clients at hand write
 * it themselves.
 * @throws ProtocolError for floats, integers over 32 bits and whatever else `../cbor.ts` refuses, under `payloadLimits`
 */
export function encodePayload(payload: SmpPayload): Uint8Array {
  return encode(mapOf(payload, 1), payloadLimits);
}

/**
 * The map that a payload is. No bytes at all are an empty map: SMP leaves the data out where its length is zero.
 * @throws ProtocolError
 */
export function decodePayload(bytes: Uint8Array): SmpMap {
  if (bytes.length === 0) return {};
  const value = new PayloadReader(bytes, payloadLimits).read();
  if (!isMap(value)) throw new ProtocolError('invalid', 'must be a CBOR map with text keys');
  return value;
}

/** Tells a map from the other values of a payload. */
export function isMap(value: SmpPayloadValue): value is SmpMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function mapOf(payload: SmpPayload, depth: number): CborMap {
  refuseDepth(depth);
  const entries = Object.entries(payload)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, wireOf(value, depth + 1)] as const);
  return new Map(entries.sort(([left], [right]) => left.length - right.length || (left < right ? -1 : 1)));
}

function wireOf(value: SmpPayloadValue, depth: number): CborValue {
  if (isMap(value)) return mapOf(value, depth);
  if (!Array.isArray(value)) return value as CborValue;
  refuseDepth(depth);
  return value.map((item: SmpPayloadValue) => wireOf(item, depth + 1));
}

/** A circle would otherwise be followed for ever. */
function refuseDepth(depth: number): void {
  const { depthMax } = payloadLimits;
  if (depth > depthMax) throw new ProtocolError('too-deep', `nests deeper than ${depthMax} levels`);
}
