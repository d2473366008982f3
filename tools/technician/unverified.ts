import { decode } from '../../protocol/cbor.ts';
import { CoseError } from '../../protocol/cose/errors.ts';
import { decodeHeader } from '../../protocol/cose/header.ts';
import type { SignedType, Trust } from '../../protocol/cose/sign1.ts';
import { isProtocolError } from '../../protocol/errors.ts';

/** The tag of a COSE_Sign1 is one byte before its list. */
const TAG_BYTES = 1;
const OVERHEAD_BYTES_MAX = 256;

/**
 * Believes whoever signed: to show, and to check against each other, what stands in a signed file, before the unit, which
 * knows the centre's keys, judges the signature itself.
 * @throws CoseError when the bytes are no signed document of that type
 */
export function trustingAnybody(bytes: Uint8Array, { contentType, payloadBytesMax }: SignedType): Trust<null> {
  const limits = { bytesMax: payloadBytesMax + OVERHEAD_BYTES_MAX, depthMax: 4, itemsMax: 32 };
  const [header] = listIn(bytes.subarray(TAG_BYTES), limits);
  if (!(header instanceof Uint8Array)) throw new CoseError('not-sign1', 'is no COSE_Sign1');
  return { keys: [{ kid: decodeHeader(header, contentType).kid, key: null }], verify: () => true };
}

function listIn(bytes: Uint8Array, limits: Parameters<typeof decode>[1]): readonly unknown[] {
  try {
    const parts: unknown = decode(bytes, limits);
    return Array.isArray(parts) ? parts : [];
  } catch (error) {
    throw isProtocolError(error) ? CoseError.of(error) : error;
  }
}
