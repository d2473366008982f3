import { keyPairOf, kidOf } from '../../../hal/crypto/ed25519.ts';
import type { Signer, TrustedKey } from '../../../protocol/cose/sign1.ts';
import type { Enrolment } from '../../../protocol/messages/enrolment.ts';

/** What a unit attests with, and how others know it. */
export interface Attestation {
  readonly attestationKey: Enrolment['attestationKey'];
  readonly trusted: TrustedKey<Uint8Array>;
  readonly signer: Signer;
}

/** The keys of a unit, the same for the same number from 0 to 255. */
export function attestation(number: number): Attestation {
  const secret = new Uint8Array(32).fill(number);
  const { publicKey, sign } = keyPairOf(secret);
  const kid = kidOf(publicKey);
  return { attestationKey: { kid, secret }, trusted: { kid, key: publicKey }, signer: { kid, sign } };
}
