import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type KeyPair, keyPairOf, kidOf } from '../../../hal/crypto/ed25519.ts';
import type { TlsIdentity } from '../../../hal/linux/mqtt.ts';
import type { Signer } from '../../../protocol/cose/sign1.ts';
import { keyBytes } from '../../../protocol/messages/ed25519-keys.ts';
import { SaidError } from '../said-error.ts';
import type { Credential } from './certificates.ts';
import { derOf, type PemLabel } from './pem.ts';

/** Something about a centre's home that a person can mend; the message is one sentence for them. */
export class HomeError extends SaidError {
  override readonly name = 'HomeError';
}

/** Where everything of a home lies. Made and read here only. */
export function pathsOf(folder: string) {
  const inside = (...names: string[]) => join(folder, ...names);
  return {
    settings: inside('centre.json'),
    authority: { certificate: inside('authority.pem'), key: inside('authority.key') },
    broker: { certificate: inside('broker.pem'), key: inside('broker.key') },
    centre: { certificate: inside('centre.pem'), key: inside('centre.key') },
    signingKey: inside('signing.key'),
    operatorToken: inside('operator-token'),
    revoked: inside('revoked.pem'),
    /** Every certificate that was issued or taken back, one line each; only ever added to. */
    register: inside('register.jsonl'),
    lock: inside('lock'),
    enrolments: inside('enrolments'),
    /** Public keys that sign firmware, `*.pem` or `*.pub`; they go into every enrolment. */
    imageKeys: inside('image-keys'),
    /** Firmware for units (tools/centre/images). */
    images: inside('images'),
    database: inside('centre.sqlite'),
    mosquitto: {
      configuration: inside('mosquitto.conf'),
      rights: inside('mosquitto.acl'),
      data: inside('mosquitto-data'),
      pid: inside('mosquitto.pid'),
    },
  } as const;
}

export type HomePaths = ReturnType<typeof pathsOf>;

/** What was decided at `init`. */
export interface HomeSettings {
  /** Of this file; a home of another format belongs to another version of the program. */
  readonly format: 1;
  /** The names and addresses in the broker's certificate. Units call on the first one. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** What a unit shows before it has a configuration. */
  readonly serviceNumber?: string;
}

/** A public key by the name that signed documents call it by. */
export interface CentreKey {
  readonly kid: Uint8Array;
  readonly key: Uint8Array;
}

export interface CentreHome {
  readonly folder: string;
  readonly paths: HomePaths;
  readonly settings: HomeSettings;
  /** Where units find the broker. */
  readonly brokerUrl: string;
  /** Where this machine finds it. */
  readonly localBrokerUrl: string;
  /** Signs configurations and commands (`signConfig`, `signCommand`). @throws HomeError */
  signer(): Signer;
  /** The public half of `signer`, for those who believe it. @throws HomeError */
  centreKey(): CentreKey;
  /** Opens what only operators may do. @throws HomeError */
  operatorToken(): string;
  /** Authority, certificate and key with which the centre connects to its broker. @throws HomeError */
  tlsOfCentre(): TlsIdentity;
  /** Issues certificates. @throws HomeError */
  authority(): Credential;
  /** The public keys that sign firmware images, 32 bytes each. @throws HomeError */
  imageKeys(): readonly Uint8Array[];
}

/** Where the 32 bytes of an Ed25519 key begin in its standard forms (RFC 8410 §4 and §7). */
const PUBLIC_KEY_AT = 12;
const SECRET_KEY_AT = 16;

/** Opens the home that `dosis centre init` made. @throws HomeError */
export function openHome(folder: string): CentreHome {
  const whole = resolve(folder);
  const paths = pathsOf(whole);
  const settings = readSettings(whole, paths);
  const der = (label: PemLabel, path: string) => readDer(label, path);
  const keyPair = () => keyPairOf(der('PRIVATE KEY', paths.signingKey).subarray(SECRET_KEY_AT));
  return {
    folder: whole,
    paths,
    settings,
    brokerUrl: brokerUrlOf(settings),
    localBrokerUrl: brokerUrlOf({ hosts: ['127.0.0.1'], port: settings.port }),
    signer: () => signerOf(keyPair()),
    centreKey: () => namedKey(keyPair().publicKey),
    operatorToken: () => readText(paths.operatorToken).trim(),
    tlsOfCentre: () => ({
      ca: readText(paths.authority.certificate),
      cert: readText(paths.centre.certificate),
      key: readText(paths.centre.key),
    }),
    authority: () => ({
      certificate: der('CERTIFICATE', paths.authority.certificate),
      privateKey: der('PRIVATE KEY', paths.authority.key),
    }),
    imageKeys: () => readImageKeys(paths.imageKeys),
  };
}

export function brokerUrlOf({ hosts: [host = 'localhost'], port }: Pick<HomeSettings, 'hosts' | 'port'>): string {
  return `mqtts://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export function namedKey(key: Uint8Array): CentreKey {
  return { kid: kidOf(key), key };
}

function signerOf(keys: KeyPair): Signer {
  return { kid: kidOf(keys.publicKey), sign: (message) => keys.sign(message) };
}

function readSettings(folder: string, paths: HomePaths): HomeSettings {
  if (!isThere(paths.settings)) throw noHome(folder, isThere(paths.authority.key));
  const text = readText(paths.settings);
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch (error) {
    const said = {
      da: `"${paths.settings}" er ikke JSON; læg filen tilbage fra en kopi.`,
      en: `"${paths.settings}" is not JSON; put it back from a copy.`,
    };
    throw new HomeError(said, { cause: error });
  }
  if (isSettings(settings)) return settings;
  throw new HomeError({
    da: `"${paths.settings}" er ikke, hvad denne version af dosis skriver; læg filen tilbage fra en kopi.`,
    en: `"${paths.settings}" is not what this version of dosis writes; put it back from a copy.`,
  });
}

function noHome(folder: string, hasKeys: boolean): HomeError {
  if (!hasKeys) {
    return new HomeError({
      da: `"${folder}" er ikke en servicecentrals mappe; lav en med: dosis centre init --home "${folder}".`,
      en: `"${folder}" is no home of a service centre; make one with: dosis centre init --home "${folder}".`,
    });
  }
  return new HomeError({
    da: `"${folder}" mangler sin centre.json; læg filen tilbage fra en kopi.`,
    en: `"${folder}" lacks its centre.json; put the file back from a copy.`,
  });
}

/** @throws HomeError for a folder that may not be looked into: what lies there is not known */
function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw unreadable(path, error);
  }
}

function isSettings(value: unknown): value is HomeSettings {
  if (typeof value !== 'object' || value === null) return false;
  const { format, hosts, port, serviceNumber } = value as Record<string, unknown>;
  return (
    format === 1 &&
    Array.isArray(hosts) &&
    hosts.length > 0 &&
    hosts.every((host) => typeof host === 'string') &&
    Number.isInteger(port) &&
    (serviceNumber === undefined || typeof serviceNumber === 'string')
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What a person does about a file of a home that cannot be read. */
export function unreadable(path: string, error: unknown): HomeError {
  const { code = '' } = error as NodeJS.ErrnoException;
  const denied = code === 'EACCES' || code === 'EPERM';
  const way = denied
    ? { da: 'kør dosis som den bruger, der lavede mappen', en: 'run dosis as the user who made the home' }
    : { da: 'læg den tilbage fra en kopi', en: 'put it back from a copy' };
  const said = {
    da: `"${path}" kunne ikke læses (${code}); ${way.da}.`,
    en: `"${path}" could not be read (${code}); ${way.en}.`,
  };
  return new HomeError(said, { cause: error });
}

function readDer(label: PemLabel, path: string): Uint8Array {
  const der = derOf(label, readText(path));
  if (der !== undefined) return der;
  throw new HomeError({
    da: `"${path}" indeholder ingen "${label}" i PEM; læg filen tilbage fra en kopi.`,
    en: `"${path}" holds no "${label}" in PEM; put it back from a copy.`,
  });
}

function readImageKeys(folder: string): readonly Uint8Array[] {
  if (!isThere(folder)) return [];
  const files = readdirSync(folder).filter((name) => /\.(pem|pub)$/.test(name));
  return files.sort().map((name) => {
    const key = readDer('PUBLIC KEY', join(folder, name)).subarray(PUBLIC_KEY_AT);
    if (key.length === keyBytes) return key;
    const path = join(folder, name);
    throw new HomeError({
      da: `"${path}" er ingen offentlig Ed25519-nøgle; programmer underskrives kun med Ed25519. Fjern filen.`,
      en: `"${path}" is no Ed25519 public key; images are signed with Ed25519 only. Take the file away.`,
    });
  });
}
