import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { ImageSigner } from '../../protocol/image/build.ts';
import type { TrustedKey } from '../../protocol/image/trust.ts';
import { UsageError } from '../program/usage-error.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

/** A new key pair as PEM texts: PKCS#8 and SubjectPublicKeyInfo, which openssl and imgtool read as well. */
export function newKeyPair(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

/** What signs images with the private key of a PEM text. `file` names it in the error. @throws UsageError */
export function signerOf(pem: string, file: string): ImageSigner {
  const key = keyOf(pem, file, createPrivateKey, 'an Ed25519 private key; make one with "dosis image key"');
  return {
    sha256,
    keyHash: keyHashOf(createPublicKey(key)),
    sign: (digest) => new Uint8Array(sign(null, digest, key)),
  };
}

/** The public key of a PEM text, which may hold the private one. `file` names it in the error. @throws UsageError */
export function trustedKeyOf(pem: string, file: string): TrustedKey {
  const key = keyOf(pem, file, createPublicKey, 'an Ed25519 key; "dosis image key" writes one');
  return { keyHash: keyHashOf(key), verify: (digest, signature) => verify(null, digest, key, signature) };
}

function keyOf(pem: string, file: string, read: (pem: string) => KeyObject, wanted: string): KeyObject {
  let key: KeyObject;
  try {
    key = read(pem);
  } catch (error) {
    throw new UsageError(`${file} holds no key in PEM that can be read here; give ${wanted}.`, { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new UsageError(`${file} holds a key of the kind ${key.asymmetricKeyType}; give ${wanted}.`);
  }
  return key;
}

function keyHashOf(key: KeyObject): Uint8Array {
  return sha256(key.export({ format: 'der', type: 'spki' }));
}
