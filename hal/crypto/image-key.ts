import { createHash } from 'node:crypto';
import { publicKeyFrom, signatures } from './ed25519.ts';

/** A raw Ed25519 key as firmware images name it (`TrustedKey`): by the SHA-256 of its SubjectPublicKeyInfo. */
export function imageKeyFrom(raw: Uint8Array) {
  return {
    keyHash: new Uint8Array(createHash('sha256').update(publicKeyFrom(raw)).digest()),
    verify: (digest: Uint8Array, signature: Uint8Array) => signatures.verify(raw, digest, signature),
  };
}
