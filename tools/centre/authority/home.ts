import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type KeyPair, keyPairOf } from '../../../hal/crypto/ed25519.ts';
import type { TlsIdentity } from '../../../hal/linux/mqtt.ts';
import type { Signer } from '../../../protocol/cose/sign1.ts';
import { publicKeyBytes } from '../../../protocol/messages/enrolment.ts';
import type { Credential } from './certificates.ts';
import { derOf, type PemLabel } from './pem.ts';

/** Something about a centre's home that a person can mend; the message is one sentence for them. */
export class HomeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HomeError';
  }
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

const KID_BYTES = 8;
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
    centreKey: () => centreKeyOf(keyPair()),
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

/** The first 8 bytes of the SHA-256 of the public key. */
function centreKeyOf({ publicKey }: KeyPair): CentreKey {
  const kid = new Uint8Array(createHash('sha256').update(publicKey).digest().subarray(0, KID_BYTES));
  return { kid, key: publicKey };
}

function signerOf(keys: KeyPair): Signer {
  return { kid: centreKeyOf(keys).kid, sign: (message) => keys.sign(message) };
}

function readSettings(folder: string, paths: HomePaths): HomeSettings {
  if (!existsSync(paths.settings)) {
    const way = existsSync(paths.authority.key)
      ? 'it lacks its centre.json: put the file back from a copy'
      : `make one with: dosis centre init --home "${folder}"`;
    throw new HomeError(`"${folder}" is no home of a service centre; ${way}.`);
  }
  let settings: unknown;
  try {
    settings = JSON.parse(readText(paths.settings));
  } catch (error) {
    if (error instanceof HomeError) throw error;
    throw new HomeError(`"${paths.settings}" is not JSON; put it back from a copy.`, { cause: error });
  }
  if (isSettings(settings)) return settings;
  throw new HomeError(`"${paths.settings}" is not what this version of dosis writes; put it back from a copy.`);
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
    const code = (error as NodeJS.ErrnoException).code;
    const way = code === 'EACCES' ? 'run dosis as the user who made the home' : 'put it back from a copy';
    throw new HomeError(`"${path}" could not be read (${code}); ${way}.`, { cause: error });
  }
}

function readDer(label: PemLabel, path: string): Uint8Array {
  const der = derOf(label, readText(path));
  if (der !== undefined) return der;
  throw new HomeError(`"${path}" holds no "${label}" in PEM; put it back from a copy.`);
}

function readImageKeys(folder: string): readonly Uint8Array[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => /\.(pem|pub)$/.test(name));
  return files.sort().map((name) => {
    const key = readDer('PUBLIC KEY', join(folder, name)).subarray(PUBLIC_KEY_AT);
    if (key.length === publicKeyBytes) return key;
    throw new HomeError(`"${join(folder, name)}" is no Ed25519 public key; images are signed with Ed25519 only.`);
  });
}
