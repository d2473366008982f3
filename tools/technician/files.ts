import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { putInPlace, writeNew } from '../../hal/linux/whole-file.ts';
import type { FileKind } from '../program/file-kind.ts';
import { codeOf } from '../program/unwritable.ts';
import { otherFile } from './other-file.ts';
import { type HeldPass, PassFileError, readPassFile } from './pass-file.ts';
import { mistake } from './problem.ts';
import type { TechWords } from './words.ts';

/** Far more than any file has that is no image. */
const FILE_BYTES_MAX = 1024 * 1024;

/** What a technician hands on is for others to read. */
const READABLE = 0o644;

interface Reading {
  readonly bytesMax?: number;
  /** What it should be, for what is told of one that is far larger. */
  readonly wanted?: FileKind;
}

/** @throws TechProblem */
export function readFileOf(
  t: TechWords,
  file: string,
  { bytesMax = FILE_BYTES_MAX, wanted }: Reading = {},
): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(readFileSync(file));
  } catch (error) {
    throw mistake(t, 'fileUnreadable', file, codeOf(error));
  }
  if (bytes.length > bytesMax) throw otherFile(t, { file, bytes }, wanted) ?? mistake(t, 'fileTooLarge', file);
  return bytes;
}

/** Writes a file that must not be there yet, unless `over`. @throws TechProblem */
export function writeFileOf(t: TechWords, file: string, content: Uint8Array | string, over = true): void {
  try {
    if (over) writeFileSync(file, content);
    else writeNew(file, content, READABLE);
  } catch (error) {
    throw codeOf(error) === 'EEXIST'
      ? mistake(t, 'fileExists', file)
      : mistake(t, 'fileUnwritable', file, codeOf(error));
  }
}

/** @throws TechProblem */
export function addToFileOf(t: TechWords, file: string, content: Uint8Array): void {
  try {
    appendFileSync(file, content);
  } catch (error) {
    throw mistake(t, 'fileUnwritable', file, codeOf(error));
  }
}

/** What was fetched piece by piece takes its place, whole and on the disk. @throws TechProblem */
export function putInPlaceOf(t: TechWords, pieces: string, file: string): void {
  try {
    putInPlace(pieces, file);
  } catch (error) {
    throw mistake(t, 'fileUnwritable', file, codeOf(error));
  }
}

/** Found out before minutes of work, not after them. @throws TechProblem */
export function checkFree(t: TechWords, file: string): void {
  if (existsSync(file)) throw mistake(t, 'fileExists', file);
}

/** @throws TechProblem */
export function readPass(t: TechWords, file: string): HeldPass {
  const bytes = readFileOf(t, file, { wanted: 'pass' });
  try {
    return readPassFile(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    if (!(error instanceof PassFileError)) throw error;
    const code = ({ 'not-a-pass': 'notAPass', 'no-key': 'passWithoutKey', 'wrong-key': 'passWrongKey' } as const)[
      error.defect
    ];
    throw otherFile(t, { file, bytes }, 'pass') ?? mistake(t, code, file);
  }
}
