import type { ImageVersion } from './version.ts';

/**
 * The MCUboot image, little-endian: header | body | protected entries | entries. An entry ("TLV") is `type:16 length:16`
 * and its value; an area of entries begins with `magic:16 bytes:16`, where the bytes count these four too. Signed are
 * header, body and protected entries. Source: mcu-tools/mcuboot `bootutil/image.h` and imgtool `image.py`; `design.md`
 * there gives other numbers for the UUIDs, which neither of the two uses.
 *
 * It is the format that is used here, not the boot loader: MCUboot itself starts no Node program.
 */
export const imageMagic = 0x96f3b83d;
export const headerBytes = 32;
export const areaMagic = { protected: 0x6908, plain: 0x6907 } as const;
export const areaHeadBytes = 4;
export const entryHeadBytes = 4;

/** Where the fields of the header begin, in bytes. */
export const headerAt = {
  magic: 0,
  loadAddress: 4,
  headerBytes: 8,
  protectedBytes: 10,
  bodyBytes: 12,
  flags: 16,
  major: 20,
  minor: 21,
  revision: 22,
  build: 24,
} as const;

export const entryType = {
  keyHash: 0x01,
  sha256: 0x10,
  ed25519: 0x24,
  securityCounter: 0x50,
  bootRecord: 0x60,
  vendorId: 0x74,
  classId: 0x75,
} as const;

/** The values' lengths in bytes where they are fixed. */
export const entryBytes: Readonly<Record<number, number>> = {
  [entryType.keyHash]: 32,
  [entryType.sha256]: 32,
  [entryType.ed25519]: 64,
  [entryType.securityCounter]: 4,
  [entryType.vendorId]: 16,
  [entryType.classId]: 16,
};

/** Flags that ask nothing of the loader: position-independent code, and a fixed place in ROM. */
export const harmlessFlags = 0x101;

/** Types whose low byte is 0xa0 to 0xff are free for makers, `image.h`. */
export function isVendorType(type: number): boolean {
  return (type & 0xff) >= 0xa0;
}

/** Keeps a loader's memory bounded; a bundle of Node and our packages has about 120 MB. */
export const imageBytesMax = 256 * 1024 * 1024;

/** The version in a header. @param view from the header's first byte on */
export function versionAt(view: DataView): ImageVersion {
  return {
    major: view.getUint8(headerAt.major),
    minor: view.getUint8(headerAt.minor),
    revision: view.getUint16(headerAt.revision, true),
    build: view.getUint32(headerAt.build, true),
  };
}
