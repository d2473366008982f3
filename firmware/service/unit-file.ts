import type { UnitFile } from './unit.ts';

/** Bytes that nobody changes any more, as a file. */
export function fileOf(bytes: Uint8Array): UnitFile {
  return { bytes: bytes.length, read: (offset, length) => bytes.slice(offset, offset + length) };
}
