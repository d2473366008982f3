import { UsageError } from '../program/usage-error.ts';
import type { FileKind } from '../technician/file-kind.ts';
import { type GivenFile, otherFile } from '../technician/other-file.ts';
import { techWords } from '../technician/words.ts';

/** As `otherFile`, for the commands that speak English only. */
export function otherFileError(given: GivenFile, wanted: FileKind, cause?: unknown): UsageError | undefined {
  const told = otherFile(techWords.en, given, wanted);
  return told === undefined ? undefined : new UsageError(told.message, { cause });
}
