import { createHash } from 'node:crypto';
import { keyPairOf } from '../../hal/crypto/ed25519.ts';
import type { Signer } from '../../protocol/cose/sign1.ts';

const kid = new Uint8Array(Buffer.from('sim-centre'));
// Everybody may know it: it signs for simulated units only.
const pair = keyPairOf(createHash('sha256').update('the key of the simulated service centre').digest());

/** The simulated centre's key, as its units know it. */
export const simCentreKey = { kid, key: pair.publicKey };
export const simCentreSigner: Signer = { kid, sign: pair.sign };
