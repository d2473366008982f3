import { openSign1, type SignedType, type Signer, sign1, type Trust } from '../cose/sign1.ts';
import { ProtocolError } from '../errors.ts';
import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { choice } from '../wire/kinds.ts';
import { list } from '../wire/list.ts';
import { field, optional, record } from '../wire/record.ts';
import { deviceId, epochSeconds, passId } from './common.ts';
import { publicKey } from './ed25519-keys.ts';
import type { Refusal } from './refusal.ts';
import { clockSkewSecondsMax } from './signed-limits.ts';

/** What somebody with a cable may do. Append only: the position is the number on the wire. */
export const passRoles = ['technician', 'filler', 'reader'] as const;
export type PassRole = (typeof passRoles)[number];

/** The units of one day's round. */
const passDevicesMax = 64;
const passBytesMax = 64 * 40 + 128;

export const technicianPassKind = record(
  'technician-pass',
  {
    id: field(1, passId),
    role: field(2, choice('pass-role', passRoles)),
    key: field(3, publicKey),
    notBefore: field(4, epochSeconds),
    expiresAt: field(5, epochSeconds),
    devices: optional(6, list(deviceId, 1, passDevicesMax)),
  },
  { unknownKeys: 'refused' },
);

/**
 * What the centre gives a person who works on units with a cable. `key`: the person proves with its secret half that the
 * pass is theirs (see session-proof.ts). Valid from `notBefore` until before `expiresAt` (epoch seconds), on the units in
 * `devices`, or on all that believe the centre where that is absent.
 */
export type TechnicianPass = TypeOf<typeof technicianPassKind>;

export const technicianPassType: SignedType = {
  contentType: 'application/vnd.dosis.technician-pass+cbor',
  payloadBytesMax: passBytesMax,
};

const passCodec = codec(technicianPassKind, { bytesMax: passBytesMax, depthMax: 3, itemsMax: 96 });

/** A COSE_Sign1 whose payload is the pass. @throws ProtocolError, CoseError */
export function signTechnicianPass(pass: TechnicianPass, signer: Signer): Uint8Array {
  checkTimes(pass);
  return sign1(passCodec.encode(pass), technicianPassType, signer);
}

/**
 * The pass that somebody in `trust` signed. Whether it opens a unit is said by `whyNotAdmitted`.
 * @throws CoseError when it cannot be believed
 * @throws ProtocolError when it was signed and yet is no pass
 */
export function openTechnicianPass<K>(bytes: Uint8Array, trust: Trust<K>): TechnicianPass {
  const pass = passCodec.decode(openSign1(bytes, technicianPassType, trust).payload);
  checkTimes(pass);
  return pass;
}

/** The unit at whose cable a pass is shown. */
export interface VisitedUnit {
  /** `null` where the unit does not know its own name: then only a pass for all units fits. */
  readonly device: string | null;
  /**
   * Epoch seconds that have surely passed: now, where the clock is believed, otherwise the last instant at which it was.
   * Somebody must be able to mend a unit that has lost its clock, so what cannot be told is not held against the pass.
   */
  readonly atLeast: number;
  /** Whether `atLeast` is now. */
  readonly clockTrusted: boolean;
}

/** Why a believed pass does not fit, `null` when it does. That it belongs to who shows it is for the proof to say. */
export function whyNotAdmitted(pass: TechnicianPass, unit: VisitedUnit): Refusal | null {
  if (pass.devices !== undefined && (unit.device === null || !pass.devices.includes(unit.device))) {
    return { path: 'devices', code: 'another-device' };
  }
  if (unit.atLeast >= pass.expiresAt) return { path: 'expiresAt', code: 'expired' };
  const early = unit.clockTrusted && pass.notBefore > unit.atLeast + clockSkewSecondsMax;
  return early ? { path: 'notBefore', code: 'not-yet-issued' } : null;
}

function checkTimes({ notBefore, expiresAt }: TechnicianPass): void {
  if (expiresAt > notBefore) return;
  throw new ProtocolError('invalid', `must be later than notBefore (${notBefore}), not ${expiresAt}`, {
    path: 'expiresAt',
  });
}
