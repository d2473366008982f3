import { type CborMap, type CborValue, decode, encode } from '../cbor.ts';
import { isProtocolError } from '../errors.ts';
import type { CborLimits } from '../limits.ts';
import { hexOf, sameBytes } from './bytes.ts';
import { CoseError } from './errors.ts';
import { decodeHeader, encodeHeader } from './header.ts';

/** Ed25519 (RFC 8032 §5.1.6). */
export const signatureBytes = 64;

/** Tag 18: a COSE_Sign1 that says so itself (RFC 9052 §4.2), as other makers' tools expect it. */
const sign1Tag = 0xd2;
/** All that is not payload: tag, list, protected header, the empty header, two heads, signature. */
const overheadBytesMax = 256;

/** One sort of signed document: told by its content type, never longer than this. */
export interface SignedType {
  readonly contentType: string;
  readonly payloadBytesMax: number;
}

/** The pure Ed25519 signature (64 bytes) of a message of any length. The secret key stays with whoever gives this. */
export type Sign = (message: Uint8Array) => Uint8Array;

/** Whether `signature` is that of `message` under `key`. `K` is whatever the platform's cryptography calls a public key. */
export type Verify<K> = (key: K, message: Uint8Array, signature: Uint8Array) => boolean;

export interface TrustedKey<K> {
  readonly kid: Uint8Array;
  readonly key: K;
}

export interface Signer {
  readonly kid: Uint8Array;
  readonly sign: Sign;
}

/** Whom a receiver believes. Two keys may share a key id: each is tried (RFC 9052 §3.1, kid). */
export interface Trust<K> {
  readonly keys: readonly TrustedKey<K>[];
  readonly verify: Verify<K>;
}

export interface Opened {
  /** A copy of the bytes that were signed. */
  readonly payload: Uint8Array;
  /** The key that signed them. */
  readonly kid: Uint8Array;
}

/**
 * A COSE_Sign1 (RFC 9052 §4.2), tagged, with algorithm −19 (RFC 9864), content type and key id in the protected header
 * and nothing in the unprotected one. One payload, key and type have exactly one form.
 * @throws CoseError `empty-payload`, `too-large` or `signature-size`
 * @throws TypeError when the key id or content type cannot be written
 */
export function sign1(payload: Uint8Array, type: SignedType, signer: Signer): Uint8Array {
  if (payload.length === 0) throw emptyPayload();
  if (payload.length > type.payloadBytesMax) throw tooLarge(payload.length, type.payloadBytesMax);
  const header = encodeHeader({ kid: signer.kid, contentType: type.contentType });
  const signature = signer.sign(sigStructure(header, payload));
  checkSignatureSize(signature);
  return envelope(header, payload, signature, type);
}

/**
 * The payload of a document that somebody in `trust` signed as one of this type. Any other bytes are refused, also
 * those that say the same in another form: nobody can make a second document out of a signed one.
 * Size and depth are checked before anything is decoded, and all that is cheap before the signature.
 * @throws CoseError
 */
export function openSign1<K>(bytes: Uint8Array, type: SignedType, trust: Trust<K>): Opened {
  const { header, payload, signature } = takeApart(bytes, type);
  checkSignatureSize(signature);
  const { kid } = decodeHeader(header, type.contentType);
  if (!sameBytes(envelope(header, payload, signature, type), bytes)) {
    throw new CoseError(
      'not-canonical',
      'is written in another than its shortest form; encode it deterministically (RFC 8949, 4.2.1)',
    );
  }
  const keys = trust.keys.filter((candidate) => sameBytes(candidate.kid, kid));
  if (keys.length === 0) {
    throw new CoseError(
      'unknown-kid',
      `is signed with the key "${hexOf(kid)}", which is not known here; enrol that key or sign with a known one`,
    );
  }
  const message = sigStructure(header, payload);
  if (!keys.some(({ key }) => trust.verify(key, message, signature))) {
    throw new CoseError(
      'bad-signature',
      `does not bear a signature of the key "${hexOf(kid)}"; it was changed on its way or forged: send it anew`,
    );
  }
  return { payload, kid };
}

/** What is signed: `Sig_structure` (RFC 9052 §4.4) without external data, in its deterministic encoding. */
export function sigStructure(header: Uint8Array, payload: Uint8Array): Uint8Array {
  const limits = { bytesMax: header.length + payload.length + 64, depthMax: 1, itemsMax: 5 };
  return encode(['Signature1', header, new Uint8Array(), payload], limits);
}

interface Parts {
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

function takeApart(bytes: Uint8Array, type: SignedType): Parts {
  const { bytesMax } = limitsOf(type);
  if (bytes.length > bytesMax + 1) throw tooLarge(bytes.length, bytesMax + 1);
  if (bytes[0] !== sign1Tag) throw notSign1('does not begin with the tag 18 of COSE_Sign1');
  const parts = decodeParts(bytes.subarray(1), type);
  if (!Array.isArray(parts) || parts.length !== 4) throw notSign1('is no list of four');
  const [header, unprotected, payload, signature] = parts as readonly CborValue[];
  if (!(header instanceof Uint8Array)) throw notSign1('has a protected header that is no byte string');
  if (!(unprotected instanceof Map)) throw notSign1('has an unprotected header that is no map');
  if (unprotected.size > 0) {
    throw new CoseError(
      'unprotected-header',
      'has headers that no signature protects; move them into the protected one',
    );
  }
  if (payload === null) {
    throw new CoseError('detached-payload', 'comes without its payload; send the payload inside it');
  }
  if (!(payload instanceof Uint8Array)) throw notSign1('has a payload that is no byte string');
  if (payload.length === 0) throw emptyPayload();
  if (payload.length > type.payloadBytesMax) throw tooLarge(payload.length, type.payloadBytesMax);
  if (!(signature instanceof Uint8Array)) throw notSign1('has a signature that is no byte string');
  return { header, payload, signature };
}

function decodeParts(bytes: Uint8Array, type: SignedType): CborValue {
  try {
    return decode(bytes, limitsOf(type));
  } catch (error) {
    throw isProtocolError(error) ? CoseError.of(error) : error;
  }
}

function envelope(header: Uint8Array, payload: Uint8Array, signature: Uint8Array, type: SignedType): Uint8Array {
  const unprotected: CborMap = new Map();
  const parts = encode([header, unprotected, payload, signature], limitsOf(type));
  const bytes = new Uint8Array(1 + parts.length);
  bytes[0] = sign1Tag;
  bytes.set(parts, 1);
  return bytes;
}

function limitsOf({ payloadBytesMax }: SignedType): CborLimits {
  // Ours nest two deep. The rest is there so that most unprotected headers are refused by their name.
  return { bytesMax: payloadBytesMax + overheadBytesMax, depthMax: 4, itemsMax: 32 };
}

function checkSignatureSize(signature: Uint8Array): void {
  if (signature.length === signatureBytes) return;
  throw new CoseError(
    'signature-size',
    `has a signature of ${signature.length} bytes where Ed25519 makes ${signatureBytes}; sign it with Ed25519`,
  );
}

function tooLarge(size: number, sizeMax: number): CoseError {
  return new CoseError('too-large', `has ${size} bytes where ${sizeMax} are allowed; send less in one document`);
}

function emptyPayload(): CoseError {
  return new CoseError('empty-payload', 'has an empty payload; sign what is to be said');
}

function notSign1(what: string): CoseError {
  return new CoseError('not-sign1', `${what}; send a tagged COSE_Sign1 (RFC 9052, 4.2)`);
}
