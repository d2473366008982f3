import { Encoder } from 'cbor-x';
import { scan } from './cbor-scan.ts';
import { ProtocolError } from './errors.ts';
import type { CborLimits } from './limits.ts';

/** What our messages are made of: whole numbers within 32 bits, text, bytes, and containers of these. */
export type CborValue = number | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap;
export type CborMap = ReadonlyMap<number | string, CborValue>;

// Each option closes a trap: records and fixed-width maps are cbor-x inventions that other decoders cannot read,
// tagged byte arrays are no plain byte strings, and without copies a decoded byte string would alias the input.
// Maps stay Maps, so a key called `__proto__` is only a key.
const codec = new Encoder({
  useRecords: false,
  variableMapSize: true,
  tagUint8Array: false,
  mapsAsObjects: false,
  copyBuffers: true,
});

/**
 * Encodes with shortest heads and definite lengths (RFC 8949 §4.1); keys in the order of the Map.
 * The result belongs to the caller alone and is never more than `decode` accepts under the same limits.
 * @throws ProtocolError for floats, NaN, bigints, undefined, dates, lone surrogates or anything over the limits.
 */
export function encode(value: CborValue, limits: CborLimits): Uint8Array {
  const bytes = new Uint8Array(encodeUnchecked(value));
  scan(bytes, limits);
  return bytes;
}

/**
 * Decodes exactly one item. Everything hostile is refused on the raw bytes, before cbor-x allocates or recurses.
 * Byte strings in the result are copies.
 * @throws ProtocolError
 */
export function decode(bytes: Uint8Array, limits: CborLimits): CborValue {
  scan(bytes, limits);
  // cbor-x hangs a property on the array it reads; give it a view of its own.
  return codec.decode(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)) as CborValue;
}

function encodeUnchecked(value: CborValue): Uint8Array {
  try {
    return codec.encode(value);
  } catch (error) {
    throw notEncodable(error);
  }
}

/** @param cause what cbor-x says about a function, a symbol or a circle */
function notEncodable(cause: unknown): ProtocolError {
  return new ProtocolError('not-encodable', 'holds something that CBOR cannot say', { cause });
}
