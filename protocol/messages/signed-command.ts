import { openSign1, type SignedType, type Signer, sign1, type Trust } from '../cose/sign1.ts';
import { type Command, decodeCommand, encodeCommand } from './command.ts';
import type { Sha256 } from './digest.ts';
import type { Presence } from './event.ts';
import type { Refusal } from './refusal.ts';
import { clockSkewSecondsMax, commandBytesMax } from './signed-limits.ts';

export const signedCommandType: SignedType = {
  contentType: 'application/vnd.dosis.command+cbor',
  payloadBytesMax: commandBytesMax,
};

/** A COSE_Sign1 whose payload is the command. @throws ProtocolError, CoseError */
export function signCommand(command: Command, signer: Signer): Uint8Array {
  return sign1(encodeCommand(command), signedCommandType, signer);
}

export interface OpenedCommand {
  readonly command: Command;
  /** SHA-256 of the payload, which is what was signed. Two commands with one id tell themselves apart by it. */
  readonly hash: Uint8Array;
}

/**
 * The command that somebody in `trust` signed. Whether it is to be obeyed is said by `whyNotObeyed`.
 * @throws CoseError when it cannot be believed
 * @throws ProtocolError when it was signed and yet is no command known here
 */
export function openCommand<K>(bytes: Uint8Array, trust: Trust<K>, digest: Sha256): OpenedCommand {
  const { payload } = openSign1(bytes, signedCommandType, trust);
  return { command: decodeCommand(payload), hash: digest(payload) };
}

/** The unit as it stands when a command comes in, as far as commands may expect something of it. */
export interface CommandedUnit {
  readonly device: string;
  readonly epoch: number;
  /** 0 before the first configuration. */
  readonly configVersion: number;
  readonly presence: Presence;
  readonly firmware: string;
  /** Epoch seconds; `null` while the unit does not trust its clock: then nothing can be told to be in time. */
  readonly now: number | null;
  /**
   * The highest command id whose answer the unit no longer keeps, 0 for none. Answers that are kept are looked up
   * before this is asked; of the others, what is not newer than what was forgotten is a replay.
   */
  readonly forgottenThrough: number;
}

/**
 * Why a believed command is not obeyed, `null` when nothing speaks against it here. Whether the rules of dispensing
 * allow what it asks, and whether the dose of `extendWindow` closes when it says, is for the unit's machine to judge.
 */
export function whyNotObeyed(command: Command, unit: CommandedUnit): Refusal | null {
  if (command.device !== unit.device) return { path: 'device', code: 'another-device' };
  // Before anything that the answer would be kept for: what was forgotten is not kept once more.
  if (command.id <= unit.forgottenThrough) return { path: 'id', code: 'replayed' };
  if (command.expected.epoch !== unit.epoch) return { path: 'expected.epoch', code: 'state-mismatch' };
  return whyNotNow(command, unit.now) ?? whyNotInThisState(command, unit);
}

function whyNotNow({ issuedAt, expiresAt }: Command, now: number | null): Refusal | null {
  if (now === null) return { path: 'expiresAt', code: 'time-suspect' };
  if (now >= expiresAt) return { path: 'expiresAt', code: 'expired' };
  return issuedAt > now + clockSkewSecondsMax ? { path: 'issuedAt', code: 'not-yet-issued' } : null;
}

function whyNotInThisState({ expected }: Command, unit: CommandedUnit): Refusal | null {
  const other = (path: string): Refusal => ({ path: `expected.${path}`, code: 'state-mismatch' });
  if ('configVersion' in expected && expected.configVersion !== unit.configVersion) return other('configVersion');
  if ('presence' in expected && expected.presence !== unit.presence) return other('presence');
  if ('firmware' in expected && expected.firmware !== unit.firmware) return other('firmware');
  return null;
}
