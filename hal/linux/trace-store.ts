import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TraceSegment, TraceStore } from '../ports/trace-store.ts';

const segmentName = /^(\d{6,})\.jsonl$/;

export interface TraceFolder extends TraceStore {
  close(): void;
}

/**
 * Segments as files `000017.jsonl` of a folder, which is made when missing; only its owner may read them. Whatever else
 * lies there is left alone. @throws the system's error when the folder cannot be used
 */
export function openTraceFolder(folder: string): TraceFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let current: number | undefined;
  const pathOf = (number: number): string => join(folder, `${String(number).padStart(6, '0')}.jsonl`);
  const close = (): void => {
    if (current !== undefined) closeSync(current);
    current = undefined;
  };
  const list = (): TraceSegment[] =>
    readdirSync(folder)
      .flatMap((name) => {
        const number = Number(segmentName.exec(name)?.[1] ?? 0);
        return number > 0 && pathOf(number).endsWith(name) ? [{ number, bytes: statSync(pathOf(number)).size }] : [];
      })
      .sort((one, other) => one.number - other.number);
  return {
    list,
    read: (number, offset, length) => readPart(pathOf(number), offset, length),
    begin() {
      close();
      const number = (list().at(-1)?.number ?? 0) + 1;
      current = openSync(pathOf(number), 'wx', 0o600);
      return number;
    },
    append(text) {
      if (current === undefined) throw new Error('No trace segment was begun.');
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(current, bytes, at);
    },
    drop: (number) => rmSync(pathOf(number), { force: true }),
    freeBytes() {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    },
    close,
  };
}

function readPart(path: string, offset: number, length: number): Uint8Array {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array();
    throw error;
  }
  try {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, fstatSync(file).size - offset)));
    const count = bytes.length === 0 ? 0 : readSync(file, bytes, 0, bytes.length, offset);
    return bytes.subarray(0, count);
  } finally {
    closeSync(file);
  }
}
