import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Only whoever made it reads it. */
export const PRIVATE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/** Puts a private file in place of whatever was there: after a power cut it is the old one or the new one, whole. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  writeAside(path, content)();
}

/** As `writeWhole`, in two steps: what can fail for want of room or rights has been done when this returns. */
export function writeAside(path: string, content: string | Uint8Array): () => void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  const file = openSync(beside, 'wx', PRIVATE);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return () => {
    renameSync(beside, path);
    syncPath(dirname(path));
  };
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
