import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type CoseError, isCoseError } from '../../../protocol/cose/errors.ts';
import type { Sign, Signer, Trust } from '../../../protocol/cose/sign1.ts';
import { bytesOf } from './thrown.ts';

/** An Ed25519 seed as the PKCS #8 that Node reads (RFC 8410 §7). */
function secretKey(seed: string): KeyObject {
  return createPrivateKey({
    key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'),
    format: 'der',
    type: 'pkcs8',
  });
}

/** RFC 8032 §7.1, the keys of tests 1 and 2: anybody can make our golden signatures again. */
const centreKey = secretKey('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
const strangerKey = secretKey('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');

const signWith =
  (key: KeyObject): Sign =>
  (message) =>
    new Uint8Array(sign(null, message, key));

export const kid = bytesOf('d75a980182b10ab7');
export const centre: Signer = { kid, sign: signWith(centreKey) };
/** Signs in the centre's name with a key of its own. */
export const forger: Signer = { kid, sign: signWith(strangerKey) };
export const strangerKid = bytesOf('3d4017c3e843895a');
export const stranger: Signer = { kid: strangerKid, sign: signWith(strangerKey) };

export const verifyEd25519 = (key: KeyObject, message: Uint8Array, signature: Uint8Array) =>
  verify(null, message, key, signature);

export const trust: Trust<KeyObject> = { keys: [{ kid, key: createPublicKey(centreKey) }], verify: verifyEd25519 };
export const publicKeys = { centre: createPublicKey(centreKey), stranger: createPublicKey(strangerKey) };

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** The refusal of a signed document that `act` ends with; anything else fails the test. */
export function coseRefusalOf(act: () => unknown): CoseError {
  try {
    act();
  } catch (error) {
    if (isCoseError(error)) return error;
    throw error;
  }
  throw new TypeError('Nothing was refused.');
}
