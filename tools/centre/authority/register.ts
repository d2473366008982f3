import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { PRIVATE } from '../../../hal/linux/whole-file.ts';
import { bytesOfHex } from '../../../protocol/cose/bytes.ts';
import { HomeError, unreadable } from './home.ts';

/** A line of the register. Instants are epoch seconds, serial numbers hexadecimal. */
export type RegisterLine =
  | {
      readonly act: 'issued';
      readonly at: number;
      readonly device: string;
      readonly class: string;
      readonly serial: string;
      readonly expiresAt: number;
      /** The public key of what the unit attests, in hexadecimal. */
      readonly attestation: string;
    }
  | { readonly act: 'revoked'; readonly at: number; readonly device: string; readonly serial: string };

export type Issued = Extract<RegisterLine, { act: 'issued' }>;

/** The newest certificate of one device. A device can be put into service with it while its state is `valid`. */
export interface EnrolledDevice extends Omit<Issued, 'act' | 'at' | 'attestation'> {
  readonly issuedAt: number;
  readonly state: 'valid' | 'expired' | 'revoked';
}

/** All lines of a register, oldest first. A last line without an end was cut off by a power cut: it never counted. @throws HomeError */
export function readRegister(path: string): readonly RegisterLine[] {
  return wholeLines(path).map((line, index) => {
    const read = parse(line);
    if (read !== undefined) return read;
    throw new HomeError({
      da: `Linje ${index + 1} i "${path}" er ikke, hvad dosis skriver; læg filen tilbage fra en kopi.`,
      en: `Line ${index + 1} of "${path}" is not what dosis writes; put the file back from a copy.`,
    });
  });
}

/** Adds a line and leaves it on the disk. */
export function addToRegister(path: string, line: RegisterLine): void {
  const bytes = wholeLines(path).reduce((sum, whole) => sum + Buffer.byteLength(whole) + 1, 0);
  const file = openSync(path, 'r+', PRIVATE);
  try {
    ftruncateSync(file, bytes);
    writeSync(file, `${JSON.stringify(line)}\n`, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Certificates that were issued to a device and not taken back, also those that have expired. */
export function standingOf(lines: readonly RegisterLine[], device: string): readonly Issued[] {
  const revoked = new Set(lines.filter(({ act }) => act === 'revoked').map(({ serial }) => serial));
  return lines.filter(
    (line): line is Issued => line.act === 'issued' && line.device === device && !revoked.has(line.serial),
  );
}

/** The public keys with which units of this name attest, newest first. What was taken back attests nothing. */
export function attestationsOf(lines: readonly RegisterLine[], device: string): readonly Uint8Array[] {
  return standingOf(lines, device)
    .map(({ attestation }) => bytesOfHex(attestation))
    .reverse();
}

/** Each device that was ever enrolled, by id. */
export function enrolledDevices(lines: readonly RegisterLine[], now: number): readonly EnrolledDevice[] {
  const newest = new Map<string, Issued>();
  const revoked = new Set<string>();
  for (const line of lines) {
    if (line.act === 'issued') newest.set(line.device, line);
    else revoked.add(line.serial);
  }
  return [...newest.values()]
    .sort((one, other) => (one.device < other.device ? -1 : 1))
    .map(({ act: _act, at, attestation: _key, ...issued }) => {
      const late = issued.expiresAt <= now ? 'expired' : 'valid';
      return { ...issued, issuedAt: at, state: revoked.has(issued.serial) ? 'revoked' : late };
    });
}

function wholeLines(path: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
  return text.split('\n').slice(0, -1);
}

function parse(line: string): RegisterLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { act, at, device, serial, expiresAt, class: kind, attestation } = value as Record<string, unknown>;
  if (typeof at !== 'number' || typeof device !== 'string' || typeof serial !== 'string') return undefined;
  if (act === 'revoked') return { act, at, device, serial };
  if (act !== 'issued' || typeof expiresAt !== 'number' || typeof kind !== 'string') return undefined;
  if (typeof attestation !== 'string') return undefined;
  return { act, at, device, class: kind, serial, expiresAt, attestation };
}
