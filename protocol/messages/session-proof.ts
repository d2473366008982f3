import { encode } from '../cbor.ts';
import { ProtocolError } from '../errors.ts';
import { deviceId } from './common.ts';
import { sha256 } from './digest.ts';
import { sha256Bytes } from './signed-limits.ts';

/** Drawn by the unit for each hello, and good for one attempt. */
export const nonceBytes = 32;

/** First in what is signed, so that no proof is ever a signature of something else that this key signs. */
const context = 'Dosis session 1';

const proofLimits = { bytesMax: 160, depthMax: 1, itemsMax: 8 };

/** How CDDL describes what `sessionProofMessage` makes. */
export const sessionProofRule = {
  name: 'session-proof',
  cddl: [
    '[',
    `  "${context}",`,
    '  device-id / "", ; device',
    `  bstr .size ${nonceBytes}, ; nonce`,
    '  sha256, ; the signed pass',
    ']',
  ].join('\n'),
  parts: [deviceId, sha256],
};

export interface SessionChallenge {
  /** As the unit calls itself; `null` for one that does not know its name. */
  readonly device: string | null;
  readonly nonce: Uint8Array;
  /** SHA-256 of the signed pass as it is shown. */
  readonly passHash: Uint8Array;
}

/**
 * What the holder of a pass signs to open a session (pure Ed25519 over these bytes): bound to the unit, to this one
 * challenge of it, and to the pass. @throws ProtocolError
 */
export function sessionProofMessage({ device, nonce, passHash }: SessionChallenge): Uint8Array {
  if (nonce.length !== nonceBytes) throw new ProtocolError('invalid', `must be ${nonceBytes} bytes`, { path: 'nonce' });
  if (passHash.length !== sha256Bytes) {
    throw new ProtocolError('invalid', `must be ${sha256Bytes} bytes`, { path: 'passHash' });
  }
  return encode([context, device ?? '', nonce, passHash], proofLimits);
}
