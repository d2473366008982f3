import { joined } from '../cose/bytes.ts';
import { uint32Max } from '../limits.ts';
import {
  areaHeadBytes,
  areaMagic,
  entryBytes,
  entryHeadBytes,
  entryType,
  headerAt,
  headerBytes,
  imageBytesMax,
  imageMagic,
} from './layout.ts';
import { type ImageVersion, isVersion } from './version.ts';

/** What goes into an image. Ids are the 16 bytes of a UUID. */
export interface ImageContent {
  readonly body: Uint8Array;
  readonly version: ImageVersion;
  /** Raise it with every image after which the ones before must never return. 0 to 4,294,967,295. */
  readonly securityCounter: number;
  readonly deviceClass: Uint8Array;
  readonly vendor?: Uint8Array;
}

export interface ImageSigner {
  sha256(bytes: Uint8Array): Uint8Array;
  /** See `TrustedKey.keyHash`. */
  readonly keyHash: Uint8Array;
  /** The 64 bytes of an Ed25519 signature over the 32-byte digest itself. */
  sign(digest: Uint8Array): Uint8Array;
}

type Entry = readonly [type: number, value: Uint8Array];

/**
 * A signed image, the same to the byte as `imgtool sign -H 32 --pad-header -s … [--vid …] --cid …` makes it.
 * @throws RangeError naming the part that does not fit, also for what the signer gives
 */
export function buildImage(content: ImageContent, signer: ImageSigner): Uint8Array {
  const shielded: Entry[] = [
    [entryType.securityCounter, uint32(content.securityCounter)],
    ...(content.vendor === undefined ? [] : [[entryType.vendorId, content.vendor] as const]),
    [entryType.classId, content.deviceClass],
  ];
  const protectedArea = area(areaMagic.protected, shielded);
  const signedRegion = joined([header(content, protectedArea.length), content.body, protectedArea]);
  const digest = signer.sha256(signedRegion);
  const plainArea = area(areaMagic.plain, [
    [entryType.sha256, digest],
    [entryType.keyHash, signer.keyHash],
    [entryType.ed25519, signer.sign(digest)],
  ]);
  const bytes = signedRegion.length + plainArea.length;
  if (bytes > imageBytesMax)
    throw new RangeError(`The image would have ${bytes} bytes where ${imageBytesMax} are allowed; shorten its body.`);
  return joined([signedRegion, plainArea]);
}

function header(content: ImageContent, protectedBytes: number): Uint8Array {
  const { version } = content;
  if (!isVersion(version)) {
    throw new RangeError(
      'The version must be 0.0.0 to 255.255.65535 with a build of 0 to 4294967295; choose one of these.',
    );
  }
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(headerAt.magic, imageMagic, true);
  view.setUint16(headerAt.headerBytes, headerBytes, true);
  view.setUint16(headerAt.protectedBytes, protectedBytes, true);
  view.setUint32(headerAt.bodyBytes, content.body.length, true);
  view.setUint8(headerAt.major, version.major);
  view.setUint8(headerAt.minor, version.minor);
  view.setUint16(headerAt.revision, version.revision, true);
  view.setUint32(headerAt.build, version.build, true);
  return bytes;
}

function area(magic: number, entries: readonly Entry[]): Uint8Array {
  const length = entries.reduce((sum, [, value]) => sum + entryHeadBytes + value.length, areaHeadBytes);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, magic, true);
  view.setUint16(2, length, true);
  let at = areaHeadBytes;
  for (const [type, value] of entries) {
    if (value.length !== entryBytes[type]) {
      throw new RangeError(
        `Entry 0x${type.toString(16)} of the image must have ${entryBytes[type]} bytes, not ${value.length}.`,
      );
    }
    view.setUint16(at, type, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + entryHeadBytes);
    at += entryHeadBytes + value.length;
  }
  return bytes;
}

function uint32(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > uint32Max) {
    throw new RangeError(`The security counter must be a whole number from 0 to ${uint32Max}, not ${value}.`);
  }
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
