import { type FileKind, kindOfFile } from '../program/file-kind.ts';
import { mistake, type TechProblem } from './problem.ts';
import type { TechWords } from './words.ts';

/** A file as somebody gave it. */
export interface GivenFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * What is told of a file that cannot be used: what it is instead, and which command takes it. Undefined where it is none
 * of our files, or of the sort that is wanted and only broken.
 * @param wanted undefined where it could be many things
 */
export function otherFile(
  t: TechWords,
  { file, bytes }: GivenFile,
  wanted: FileKind | undefined,
): TechProblem | undefined {
  const found = kindOfFile(bytes);
  return found === undefined || found === wanted ? undefined : mistake(t, 'otherFile', file, found, wanted);
}
