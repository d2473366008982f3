import { ImageError } from './error.ts';
import {
  areaHeadBytes,
  areaMagic,
  entryBytes,
  entryHeadBytes,
  headerAt,
  headerBytes,
  imageBytesMax,
  imageMagic,
  versionAt,
} from './layout.ts';
import type { ImageVersion } from './version.ts';

/** One entry; `value` is a window on the image's bytes. */
export interface ImageEntry {
  readonly type: number;
  readonly value: Uint8Array;
}

/** An image whose lengths are sound. Nothing about it is true before `defectsOf` finds nothing. Windows, no copies. */
export interface Image {
  readonly version: ImageVersion;
  readonly loadAddress: number;
  readonly flags: number;
  readonly body: Uint8Array;
  /** Header, body and protected entries: what hash and signature speak of. */
  readonly signedRegion: Uint8Array;
  readonly protectedEntries: readonly ImageEntry[];
  /** Entries that no signature covers. */
  readonly entries: readonly ImageEntry[];
}

/**
 * Reads an image of `headerBytes` 32 or more (imgtool pads headers). Every length is checked against the bytes that are
 * there before it is used, and every byte must belong to something. The work is linear, the memory that of the entries.
 * @throws ImageError with code `too-large`, `truncated`, `bad-magic`, `malformed` or `trailing`
 */
export function readImage(bytes: Uint8Array): Image {
  if (bytes.length > imageBytesMax) {
    throw new ImageError('too-large', `has ${bytes.length} bytes where ${imageBytesMax} are allowed`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  need(bytes, headerBytes, 'header');
  const magic = view.getUint32(headerAt.magic, true);
  if (magic !== imageMagic)
    throw new ImageError('bad-magic', `begins with ${hex(magic, 8)} instead of ${hex(imageMagic, 8)}`);
  const bodyAt = view.getUint16(headerAt.headerBytes, true);
  if (bodyAt < headerBytes)
    throw new ImageError('malformed', `declares a header of ${bodyAt} bytes, fewer than ${headerBytes}`);
  need(bytes, bodyAt, 'header');
  const protectedAt = bodyAt + view.getUint32(headerAt.bodyBytes, true);
  need(bytes, protectedAt, 'body');
  const plainAt = protectedAt + view.getUint16(headerAt.protectedBytes, true);
  need(bytes, plainAt, 'area of protected entries');
  const shielded = plainAt === protectedAt ? undefined : readArea(bytes, view, protectedAt, areaMagic.protected);
  if (shielded !== undefined && shielded.end !== plainAt) {
    throw new ImageError(
      'malformed',
      `gives two lengths for its protected entries, in the header and at byte ${protectedAt}`,
    );
  }
  const plain = readArea(bytes, view, plainAt, areaMagic.plain);
  if (plain.end < bytes.length) {
    throw new ImageError('trailing', `ends at byte ${plain.end}, but ${bytes.length - plain.end} more bytes follow`);
  }
  return {
    version: versionAt(view),
    loadAddress: view.getUint32(headerAt.loadAddress, true),
    flags: view.getUint32(headerAt.flags, true),
    body: bytes.subarray(bodyAt, protectedAt),
    signedRegion: bytes.subarray(0, plainAt),
    protectedEntries: shielded?.entries ?? [],
    entries: plain.entries,
  };
}

/** The value of the one entry of that type, undefined when there is none. Types never repeat, see `readImage`. */
export function valueOfEntry(entries: readonly ImageEntry[], type: number): Uint8Array | undefined {
  return entries.find((entry) => entry.type === type)?.value;
}

function readArea(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  magic: number,
): { entries: ImageEntry[]; end: number } {
  need(bytes, start + areaHeadBytes, 'head of an area of entries');
  const found = view.getUint16(start, true);
  if (found !== magic) {
    throw new ImageError(
      'malformed',
      `has ${hex(found, 4)} at byte ${start}, where entries begin with ${hex(magic, 4)}`,
    );
  }
  const end = start + view.getUint16(start + 2, true);
  if (end < start + areaHeadBytes)
    throw new ImageError('malformed', `has an area of entries at byte ${start} that ends before it begins`);
  need(bytes, end, 'area of entries');
  const entries: ImageEntry[] = [];
  const seen = new Set<number>();
  for (let at = start + areaHeadBytes; at < end; ) {
    const entry = readEntry(bytes, view, at, end);
    if (seen.has(entry.type))
      throw new ImageError('malformed', `has a second entry ${hex(entry.type, 4)} at byte ${at}`);
    seen.add(entry.type);
    entries.push(entry);
    at += entryHeadBytes + entry.value.length;
  }
  return { entries, end };
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, end: number): ImageEntry {
  const valueAt = at + entryHeadBytes;
  if (valueAt > end) throw new ImageError('malformed', `has an entry at byte ${at} that reaches beyond its area`);
  const type = view.getUint16(at, true);
  const length = view.getUint16(at + 2, true);
  if (valueAt + length > end)
    throw new ImageError('malformed', `has an entry at byte ${at} that reaches beyond its area`);
  const expected = entryBytes[type];
  if (expected !== undefined && expected !== length) {
    throw new ImageError(
      'malformed',
      `has an entry ${hex(type, 4)} of ${length} instead of ${expected} bytes at byte ${at}`,
    );
  }
  return { type, value: bytes.subarray(valueAt, valueAt + length) };
}

function need(bytes: Uint8Array, end: number, part: string): void {
  if (end > bytes.length) {
    throw new ImageError('truncated', `has ${bytes.length} bytes, but its ${part} ends at byte ${end}`);
  }
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
