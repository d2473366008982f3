import { type CborValue, decode, encode } from '../cbor.ts';
import { isProtocolError } from '../errors.ts';
import type { CborLimits } from '../limits.ts';
import { hexOf, sameBytes } from './bytes.ts';
import { CoseError } from './errors.ts';

/** COSE header parameters (RFC 9052 §3.1) and the algorithm Ed25519 (RFC 9864 §2.2; the older EdDSA, −8, is refused). */
export const label = { algorithm: 1, contentType: 3, kid: 4 } as const;
export const ed25519 = -19;

/** Key ids are the first bytes of a hash of the public key, or names; RFC 9052 leaves them to us. */
export const kidBytesMax = 32;
const contentTypePattern = /^[a-z]{1,16}\/[a-z0-9.+-]{1,64}$/;

const headerLimits: CborLimits = { bytesMax: 160, depthMax: 2, itemsMax: 16 };

/** What the signature covers beside the payload. The content type keeps one sort of document from passing for another. */
export interface Header {
  /** Which key signed: 1 to 32 bytes. Not a secret, and not unique in the world. */
  readonly kid: Uint8Array;
  /** A media type, such as `application/vnd.dosis.config+cbor`. */
  readonly contentType: string;
}

/** The protected header in its one form: keys 1, 3, 4 in this order, shortest heads (RFC 8949 §4.2.1). @throws TypeError */
export function encodeHeader({ kid, contentType }: Header): Uint8Array {
  if (kid.length < 1 || kid.length > kidBytesMax)
    throw new TypeError(`A key id has 1 to ${kidBytesMax} bytes, not ${kid.length}.`);
  if (!contentTypePattern.test(contentType)) throw new TypeError(`${contentType} is no content type of ours.`);
  const entries: readonly [number, CborValue][] = [
    [label.algorithm, ed25519],
    [label.contentType, contentType],
    [label.kid, kid],
  ];
  return encode(new Map(entries), headerLimits);
}

/** @throws CoseError for any header but the one that `encodeHeader` writes for this content type and some key id */
export function decodeHeader(bytes: Uint8Array, contentType: string): Header {
  const map = headerMap(bytes);
  const algorithm = map.get(label.algorithm);
  if (algorithm !== ed25519) {
    throw new CoseError('wrong-algorithm', `names the algorithm ${said(algorithm)}; sign it with Ed25519 (${ed25519})`);
  }
  const kid = map.get(label.kid);
  if (!(kid instanceof Uint8Array) || kid.length < 1 || kid.length > kidBytesMax) {
    throw new CoseError('protected-header', `names its key as ${said(kid)}; write 1 to ${kidBytesMax} bytes at key 4`);
  }
  const found = map.get(label.contentType);
  if (found !== contentType) {
    throw new CoseError(
      'wrong-content-type',
      `is of the type ${said(found)} where ${contentType} is read; send it where its type is read`,
    );
  }
  if (map.size > 3) {
    throw new CoseError('protected-header', 'has protected headers beside 1, 3 and 4; sign it without them');
  }
  if (!sameBytes(encodeHeader({ kid, contentType }), bytes)) {
    throw new CoseError(
      'protected-not-canonical',
      'has a protected header in another than its shortest, ordered form; encode it deterministically (RFC 8949, 4.2.1)',
    );
  }
  return { kid, contentType };
}

function headerMap(bytes: Uint8Array): ReadonlyMap<number | string, CborValue> {
  if (bytes.length === 0) throw notAMap('is empty');
  let header: CborValue;
  try {
    header = decode(bytes, headerLimits);
  } catch (error) {
    throw isProtocolError(error) ? CoseError.of(error, ' in its protected header') : error;
  }
  if (!(header instanceof Map)) throw notAMap('is no map');
  return header;
}

function notAMap(what: string): CoseError {
  return new CoseError(
    'protected-header',
    `has a protected header that ${what}; write algorithm, type and key id there`,
  );
}

/** A header's value as it may stand in a sentence. */
function said(value: CborValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Uint8Array) return value.length > kidBytesMax ? `${value.length} bytes` : `"${hexOf(value)}"`;
  return typeof value === 'object' ? 'a list or map' : JSON.stringify(value);
}
