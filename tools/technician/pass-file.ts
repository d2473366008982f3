import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { isCoseError } from '../../protocol/cose/errors.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import {
  openTechnicianPass,
  type TechnicianPass,
  technicianPassType,
} from '../../protocol/messages/technician-pass.ts';
import type { PassHolder } from './session.ts';
import { trustingAnybody } from './unverified.ts';

const label = 'DOSIS TECHNICIAN PASS';
const base64Columns = 64;
/** Where the 32 bytes of an Ed25519 key begin in a SubjectPublicKeyInfo (RFC 8410 §4). */
const PUBLIC_KEY_AT = 12;

/** A pass with what it takes to use it. What it says is the unit's to believe. */
export interface HeldPass extends PassHolder {
  readonly says: TechnicianPass;
}

/** Why a file is no pass: `unreadable`, or its key is that of another one. */
export type PassDefect = 'not-a-pass' | 'no-key' | 'wrong-key';

export class PassFileError extends Error {
  override readonly name = 'PassFileError';
  readonly defect: PassDefect;

  constructor(defect: PassDefect, options?: ErrorOptions) {
    super(`The file is no technician's pass (${defect}).`, options);
    this.defect = defect;
  }
}

/** One text file for a person: what it is in words, the signed pass, and the private key (PKCS #8). */
export function passFile(about: readonly string[], signed: Uint8Array, privateKeyPem: string): string {
  const lines =
    Buffer.from(signed)
      .toString('base64')
      .match(new RegExp(`.{1,${base64Columns}}`, 'g')) ?? [];
  return [...about, `-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, privateKeyPem.trimEnd(), ''].join(
    '\n',
  );
}

/** @throws PassFileError */
export function readPassFile(text: string): HeldPass {
  const [, base64 = ''] =
    new RegExp(`-----BEGIN ${label}-----([\\sA-Za-z0-9+/=]+)-----END ${label}-----`).exec(text) ?? [];
  const pass = new Uint8Array(Buffer.from(base64, 'base64'));
  const says = passIn(pass);
  const key = keyIn(text);
  const own = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_KEY_AT);
  if (key.asymmetricKeyType !== 'ed25519' || !own.equals(says.key)) throw new PassFileError('wrong-key');
  return { pass, says, sign: (message) => new Uint8Array(sign(null, message, key)) };
}

function passIn(signed: Uint8Array): TechnicianPass {
  try {
    return openTechnicianPass(signed, trustingAnybody(signed, technicianPassType));
  } catch (error) {
    if (isCoseError(error) || isProtocolError(error)) throw new PassFileError('not-a-pass', { cause: error });
    throw error;
  }
}

function keyIn(text: string): KeyObject {
  const [pem] = /-----BEGIN PRIVATE KEY-----[\sA-Za-z0-9+/=]+-----END PRIVATE KEY-----/.exec(text) ?? [];
  if (pem === undefined) throw new PassFileError('no-key');
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new PassFileError('no-key', { cause: error });
  }
}
