import { sameBytes } from '../cose/bytes.ts';
import { openSign1, type SignedType, type Signer, sign1, type Trust } from '../cose/sign1.ts';
import { ProtocolError } from '../errors.ts';
import { configLimits } from '../limits.ts';
import { codec } from '../wire/codec.ts';
import type { Kind, TypeOf } from '../wire/kind.ts';
import { byteString } from '../wire/kinds.ts';
import { field, optional, record } from '../wire/record.ts';
import { configVersion, deviceId, epochSeconds } from './common.ts';
import { type ConfigDocument, configKind, decodeConfig, encodeConfig } from './config.ts';
import { type Sha256, sha256 } from './digest.ts';
import type { Refusal } from './refusal.ts';
import { configEnvelopeBytesMax, envelopeLimits } from './signed-limits.ts';

/** Carried as bytes, so that its hash is the hash of what travelled and nobody has to encode it again to check it. */
const documentBytes: Kind<Uint8Array> = {
  ...byteString(configLimits.bytesMax, 'config-bytes'),
  cddl: 'bstr .cbor config',
  parts: [configKind],
};

export const configEnvelopeKind = record(
  'config-envelope',
  {
    device: field(1, deviceId),
    version: field(2, configVersion),
    base: optional(3, sha256),
    issuedAt: field(4, epochSeconds),
    document: field(5, documentBytes),
  },
  { unknownKeys: 'refused' },
);

/**
 * What the signature of a configuration covers. `device`: for this unit and no other. `version`: that of the document,
 * told here too so that a unit can answer about a document that it cannot read. `base`: the hash of the document that
 * this one replaces, absent when the unit has none. `issuedAt`: epoch seconds; a unit that has none goes by it. `document`: the bytes that
 * `encodeConfig` made.
 */
export type ConfigEnvelope = TypeOf<typeof configEnvelopeKind>;

export const signedConfigType: SignedType = {
  contentType: 'application/vnd.dosis.config+cbor',
  payloadBytesMax: configEnvelopeBytesMax,
};

const envelopeCodec = codec(configEnvelopeKind, envelopeLimits);

export interface ConfigOrder {
  readonly device: string;
  /** The hash of the document in force on the unit; absent when it has none. */
  readonly base?: Uint8Array;
  readonly issuedAt: number;
  readonly document: ConfigDocument;
}

/** The whole document for one unit, signed: a COSE_Sign1 whose payload is the envelope. @throws ProtocolError, CoseError */
export function signConfig({ document, ...order }: ConfigOrder, signer: Signer): Uint8Array {
  const envelope = { ...order, version: document.version, document: encodeConfig(document) };
  return sign1(envelopeCodec.encode(envelope), signedConfigType, signer);
}

/**
 * The envelope that somebody in `trust` signed. Its document is not read yet: `readOffered` does that, so that a unit
 * can name version and hash of a document that it refuses. Whether it may replace another is said by `mayReplace`.
 * @throws CoseError when it cannot be believed
 * @throws ProtocolError when it was signed and yet is no envelope
 */
export function openConfig<K>(bytes: Uint8Array, trust: Trust<K>): ConfigEnvelope {
  return envelopeCodec.decode(openSign1(bytes, signedConfigType, trust).payload);
}

/** The document of an envelope. @throws ProtocolError with the path inside the document, `regimen.slots.0.at` */
export function readOffered(envelope: ConfigEnvelope): ConfigDocument {
  const document = decodeConfig(envelope.document);
  if (document.version !== envelope.version) {
    throw new ProtocolError('invalid', `must be ${envelope.version}, as its envelope says, not ${document.version}`, {
      path: 'version',
    });
  }
  return document;
}

/**
 * The hash of a configuration document: SHA-256 over exactly the bytes of `envelope.document`, which are those that
 * `encodeConfig` made: the CBOR map from its first byte to its last, without the head of the byte string that carries
 * it, without envelope and without signature. The same document for two units has one hash.
 */
export function documentHash(document: Uint8Array, digest: Sha256): Uint8Array {
  return digest(document);
}

/** What a unit works from. */
export interface ConfigInForce {
  readonly version: number;
  /** As `documentHash`. */
  readonly hash: Uint8Array;
}

export type ReplaceVerdict =
  | { readonly verdict: 'replaces' }
  /** The same document once more: answer as if it had just been applied, and do nothing. */
  | { readonly verdict: 'in-force' }
  | { readonly verdict: 'refused'; readonly refusal: Refusal };

export interface ConfigHolder {
  readonly device: string;
  /** Absent on a unit that was never configured. */
  readonly inForce?: ConfigInForce;
  /** Epoch seconds: what was signed earlier is no first configuration for it. */
  readonly firstFrom: number;
}

/** An opened envelope with the hash of its document. */
export interface ConfigOffer {
  readonly envelope: ConfigEnvelope;
  readonly hash: Uint8Array;
}

/**
 * Whether a believed document may take the place of the one in force: for this unit, newer, and made from exactly the
 * one it replaces. A rollback is a newer version that says what an older one said. Where none is in force, nothing tells
 * which is newer: then it must not have been signed long before the unit was enrolled.
 */
export function mayReplace(
  { device, inForce, firstFrom }: ConfigHolder,
  { envelope, hash }: ConfigOffer,
): ReplaceVerdict {
  if (envelope.device !== device) return refused('device', 'another-device');
  if (inForce === undefined) {
    if (envelope.base !== undefined) return refused('base', 'base-mismatch');
    return envelope.issuedAt < firstFrom ? refused('issuedAt', 'outdated') : { verdict: 'replaces' };
  }
  if (envelope.version < inForce.version) return refused('version', 'older-version');
  if (envelope.version === inForce.version) {
    return sameBytes(hash, inForce.hash) ? { verdict: 'in-force' } : refused('version', 'version-reused');
  }
  const fits = envelope.base !== undefined && sameBytes(envelope.base, inForce.hash);
  return fits ? { verdict: 'replaces' } : refused('base', 'base-mismatch');
}

function refused(path: string, code: Refusal['code']): ReplaceVerdict {
  return { verdict: 'refused', refusal: { path, code } };
}
