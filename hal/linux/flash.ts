import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Flash, type FlashArea, FlashError } from '../ports/flash.ts';
import { makeFolder, syncPath } from './whole-file.ts';

const fileOf: Readonly<Record<FlashArea, string>> = {
  'slot-a': 'slot-a.img',
  'slot-b': 'slot-b.img',
  'record-a': 'boot-a.rec',
  'record-b': 'boot-b.rec',
};

/** No room, by whatever name the file system calls it. */
const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export interface FolderFlash extends Flash {
  close(): void;
}

/**
 * The areas as files of a folder, which is made when missing. A failed flush may have dropped what a retry would report
 * as written, so after any failure but a full medium every change is refused until the folder is opened again.
 * @throws FlashError when the folder cannot be used
 */
export function openFlash(folder: string): FolderFlash {
  const files = new Map<FlashArea, number>();
  let broken: FlashError | undefined;
  const attempt = <T>(what: string, act: () => T): T => {
    try {
      return act();
    } catch (error) {
      const failure = fullCodes.has(String((error as NodeJS.ErrnoException).code)) ? 'full' : 'io';
      const seen = new FlashError(failure, `${folder}: ${what} failed: ${(error as Error).message}`, { cause: error });
      if (failure === 'io') broken ??= seen;
      throw seen;
    }
  };
  const change = (what: string, act: () => void): void => {
    if (broken !== undefined) throw broken;
    attempt(what, act);
  };
  const fileFor = (area: FlashArea): number => {
    const file = files.get(area);
    if (file === undefined) throw new FlashError('io', `${folder} was closed`);
    return file;
  };
  attempt('opening', () => {
    makeFolder(folder);
    for (const [area, name] of Object.entries(fileOf)) {
      files.set(area as FlashArea, openFile(join(folder, name)));
    }
    syncPath(folder);
  });
  return {
    bytesIn: (area) => attempt('looking', () => fstatSync(fileFor(area)).size),
    read: (area, offset, length) => attempt('reading', () => readAt(fileFor(area), offset, length)),
    write(area, offset, bytes) {
      const held = this.bytesIn(area);
      if (offset > held) throw new FlashError('io', `${folder}: a write at ${offset} leaves a gap after ${held}`);
      change('writing', () => writeAt(fileFor(area), offset, bytes));
    },
    sync: (area) => change('flushing', () => fsyncSync(fileFor(area))),
    erase: (area) =>
      change('erasing', () => {
        ftruncateSync(fileFor(area), 0);
        fsyncSync(fileFor(area));
      }),
    freeBytes: () =>
      attempt('looking', () => {
        const { bavail, bsize } = statfsSync(folder);
        return bavail * bsize;
      }),
    close() {
      for (const file of files.values()) closeSync(file);
      files.clear();
    },
  };
}

/** Opened for reading and writing, made when missing, and never emptied. */
function openFile(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return openSync(path, 'wx+', 0o600);
  }
}

function readAt(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, fstatSync(file).size - offset)));
  let at = 0;
  while (at < bytes.length) {
    const count = readSync(file, bytes, at, bytes.length - at, offset + at);
    if (count === 0) return bytes.subarray(0, at);
    at += count;
  }
  return bytes;
}

function writeAt(file: number, offset: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, offset + at);
}
