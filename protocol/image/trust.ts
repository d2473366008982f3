import { hexOf, sameBytes } from '../cose/bytes.ts';
import { ImageError } from './error.ts';
import { entryType, harmlessFlags, isVendorType } from './layout.ts';
import { type Image, readImage, valueOfEntry } from './read.ts';

/** A public key that a device trusts. */
export interface TrustedKey {
  /** SHA-256 of the key's SubjectPublicKeyInfo in DER, which for Ed25519 has 44 bytes (RFC 8410). */
  readonly keyHash: Uint8Array;
  /** Ed25519 over the 32-byte digest itself, as imgtool signs; false also for a signature that is none. */
  verify(digest: Uint8Array, signature: Uint8Array): boolean;
}

/** What a device asks of an image before it stores or starts it. */
export interface ImageTrust {
  sha256(bytes: Uint8Array): Uint8Array;
  readonly keys: readonly TrustedKey[];
  /** The 16 bytes of the UUID of this kind of device. */
  readonly deviceClass: Uint8Array;
  /** The highest counter that this device ever confirmed; the same one may return. */
  readonly securityCounterMin: number;
}

/** What a trusted image promises. */
export interface ImageClaims {
  /** SHA-256 of the signed region: the `hash` by which SMP names an image. */
  readonly digest: Uint8Array;
  readonly keyHash: Uint8Array;
  readonly signature: Uint8Array;
  readonly securityCounter: number;
  readonly deviceClass: Uint8Array;
}

const signedTypes: ReadonlySet<number> = new Set([
  entryType.securityCounter,
  entryType.bootRecord,
  entryType.vendorId,
  entryType.classId,
]);
const unsignedTypes: ReadonlySet<number> = new Set([entryType.sha256, entryType.keyHash, entryType.ed25519]);

/**
 * What an image says about itself, unchecked; undefined parts are missing. The security counter and the device class
 * count only where the signature covers them.
 */
export function claimsOf(image: Image): Partial<ImageClaims> {
  const counter = valueOfEntry(image.protectedEntries, entryType.securityCounter);
  const digest = valueOfEntry(image.entries, entryType.sha256);
  const keyHash = valueOfEntry(image.entries, entryType.keyHash);
  const signature = valueOfEntry(image.entries, entryType.ed25519);
  const deviceClass = valueOfEntry(image.protectedEntries, entryType.classId);
  return {
    ...(digest && { digest }),
    ...(keyHash && { keyHash }),
    ...(signature && { signature }),
    ...(counter && { securityCounter: new DataView(counter.buffer, counter.byteOffset, 4).getUint32(0, true) }),
    ...(deviceClass && { deviceClass }),
  };
}

/**
 * Everything for which a device refuses this image, the gravest first; nothing when it may be trusted. What the loader
 * does not do (encryption, compression, dependencies) is refused rather than ignored, and so is every entry that no
 * signature covers and nobody needs: an image has one form only.
 */
export function defectsOf(image: Image, trust: ImageTrust): readonly ImageError[] {
  const claims = claimsOf(image);
  const digest = trust.sha256(image.signedRegion);
  return [
    unsupported(image),
    incomplete(claims),
    ...signatureDefects(claims, digest, trust),
    ...ruleDefects(claims, trust),
  ].filter((defect) => defect !== undefined);
}

/** Reads an image that may be stored and started. @throws ImageError for the gravest defect */
export function acceptImage(
  bytes: Uint8Array,
  trust: ImageTrust,
): { readonly image: Image; readonly claims: ImageClaims } {
  const image = readImage(bytes);
  const [defect] = defectsOf(image, trust);
  if (defect !== undefined) throw defect;
  return { image, claims: claimsOf(image) as ImageClaims };
}

function unsupported(image: Image): ImageError | undefined {
  const flags = image.flags & ~harmlessFlags;
  if (flags !== 0)
    return new ImageError(
      'unsupported',
      `has the flags 0x${(flags >>> 0).toString(16)}, which this loader does not honour`,
    );
  const entry =
    image.protectedEntries.find(({ type }) => !signedTypes.has(type) && !isVendorType(type)) ??
    image.entries.find(({ type }) => !unsignedTypes.has(type));
  return (
    entry &&
    new ImageError(
      'unsupported',
      `has an entry 0x${entry.type.toString(16).padStart(4, '0')} where this loader allows none`,
    )
  );
}

const parts: Readonly<Record<keyof ImageClaims, string>> = {
  digest: 'hash (entry 0x0010)',
  keyHash: 'key (entry 0x0001)',
  signature: 'Ed25519 signature (entry 0x0024)',
  securityCounter: 'protected security counter (entry 0x0050)',
  deviceClass: 'protected device class (entry 0x0075)',
};

function incomplete(claims: Partial<ImageClaims>): ImageError | undefined {
  const missing = Object.keys(parts).filter((part) => claims[part as keyof ImageClaims] === undefined);
  if (missing.length === 0) return undefined;
  return new ImageError(
    'incomplete',
    `has no ${missing.map((part) => parts[part as keyof ImageClaims]).join(', no ')}`,
  );
}

function signatureDefects(
  claims: Partial<ImageClaims>,
  digest: Uint8Array,
  trust: ImageTrust,
): (ImageError | undefined)[] {
  const { digest: claimed, keyHash, signature } = claims;
  const key = keyHash && trust.keys.find((trusted) => sameBytes(trusted.keyHash, keyHash));
  return [
    claimed && !sameBytes(claimed, digest)
      ? new ImageError('hash-mismatch', 'was changed on its way: its content does not have the hash that it carries')
      : undefined,
    keyHash && key === undefined
      ? new ImageError(
          'wrong-key',
          `is signed with the key ${hexOf(keyHash).slice(0, 16)}…, which this device does not trust`,
        )
      : undefined,
    key && signature && !key.verify(digest, signature)
      ? new ImageError(
          'bad-signature',
          'names a key that this device trusts, but the signature was not made with it for this content',
        )
      : undefined,
  ];
}

function ruleDefects(claims: Partial<ImageClaims>, trust: ImageTrust): (ImageError | undefined)[] {
  const { deviceClass, securityCounter } = claims;
  return [
    deviceClass && !sameBytes(deviceClass, trust.deviceClass)
      ? new ImageError(
          'wrong-class',
          `is for devices of class ${hexOf(deviceClass)}, and this one is of class ${hexOf(trust.deviceClass)}`,
        )
      : undefined,
    securityCounter !== undefined && securityCounter < trust.securityCounterMin
      ? new ImageError(
          'rolled-back',
          `has the security counter ${securityCounter}, and this device has confirmed ${trust.securityCounterMin}`,
        )
      : undefined,
  ];
}
