import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Only whoever made it reads it. */
export const PRIVATE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/** Puts a file, private unless told, in place of whatever was there: after a power cut it is the old one or the new one, whole. */
export function writeWhole(path: string, content: string | Uint8Array, mode = PRIVATE): void {
  writeAside(path, content, mode)();
}

/** Writes a file, private unless told, that must not be there yet; what could not be written whole is removed. */
export function writeNew(path: string, content: string | Uint8Array, mode = PRIVATE): void {
  const file = openSync(path, 'wx', mode);
  try {
    fill(file, content);
  } catch (error) {
    rmSync(path, { force: true });
    // The system's word of a full disk names no file.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}

/** As `writeWhole`, in two steps: what can fail for want of room or rights has been done when this returns. */
export function writeAside(path: string, content: string | Uint8Array, mode = PRIVATE): () => void {
  const beside = besideOf(path);
  rmSync(beside, { force: true });
  writeNew(beside, content, mode);
  return () => {
    try {
      moveInto(beside, path);
    } catch (error) {
      rmSync(beside, { force: true });
      throw error;
    }
  };
}

/** Finds out whether `writeWhole` has the folder and the rights that it needs, and leaves nothing there. */
export function tryWhole(path: string): void {
  writeAside(path, '');
  rmSync(besideOf(path));
}

/** Puts what was written piece by piece in its place: after a power cut it is there whole, or not yet. */
export function putInPlace(pieces: string, path: string): void {
  syncPath(pieces);
  moveInto(pieces, path);
}

function fill(file: number, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function moveInto(beside: string, path: string): void {
  renameSync(beside, path);
  syncPath(dirname(path));
}

function besideOf(path: string): string {
  return `${path}.new`;
}

/** Makes a folder and those above it. Node's own way never ends where the system lets nobody make one, as in /proc. */
export function makeFolder(path: string, mode = PRIVATE_FOLDER): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another program may have been quicker.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/** What lies at a path is on the disk when this returns: the content of a file, the names in a folder. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
