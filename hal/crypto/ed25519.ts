import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Signatures } from '../ports/signatures.ts';

/** What stands before the 32 bytes of a key in its standard form (RFC 8410 §4 and §7). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;
const KID_BYTES = 8;

/** A raw public key as its SubjectPublicKeyInfo in DER, 44 bytes. */
export function publicKeyFrom(raw: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([SPKI_HEAD, raw]));
}

/** What signed documents call a raw public key by: the first 8 bytes of its SHA-256. */
export function kidOf(raw: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(raw).digest().subarray(0, KID_BYTES));
}

function publicKeyOf(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(publicKeyFrom(raw)), format: 'der', type: 'spki' });
}

/** Ed25519 of OpenSSL. What is no key at all has signed nothing. */
export const signatures: Signatures = {
  verify(publicKey, message, signature) {
    if (publicKey.length !== KEY_BYTES) return false;
    return verify(null, message, publicKeyOf(publicKey), signature);
  },
  sign: (secretKey, message) => keyPairOf(secretKey).sign(message),
};

/** A secret key of 32 bytes and what follows from it. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** @param secret 32 bytes, RFC 8032's own form of a private key. @throws RangeError for any other length */
export function keyPairOf(secret: Uint8Array): KeyPair {
  if (secret.length !== KEY_BYTES)
    throw new RangeError(`An Ed25519 secret key has ${KEY_BYTES} bytes, not ${secret.length}.`);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, secret]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: new Uint8Array(spki.subarray(SPKI_HEAD.length)),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}
