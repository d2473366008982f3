import { keyPairOf } from '../../../hal/crypto/ed25519.ts';
import type { TechnicianPass } from '../../../protocol/messages/technician-pass.ts';
import { bytesOf } from './thrown.ts';

/** RFC 8032 §7.1, the key of test 3: the technician's. */
export const technicianKey = keyPairOf(bytesOf('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7'));

export const issuedAt = 1_795_248_000;

export const pass: TechnicianPass = {
  id: 'T-17',
  role: 'technician',
  key: technicianKey.publicKey,
  notBefore: issuedAt,
  expiresAt: issuedAt + 90 * 86_400,
};
