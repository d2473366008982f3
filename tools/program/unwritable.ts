import type { InBothLanguages } from '../../protocol/faults/fault.ts';
import type { Language } from '../../protocol/messages/config.ts';
import { UsageError } from './usage-error.ts';

/** What a person does about a file that cannot be written, or about `The output`, which is no file of its own. */
export function unwritable(what: string, error: unknown, otherwise = 'name another file'): UsageError {
  const code = codeOf(error);
  const way = remedies[code]?.en ?? otherwise;
  return new UsageError(`${what} could not be written (${code}); ${way}.`, { cause: error });
}

/** The same of a file, in the language of whoever reads it. */
export function unwritableFile(file: string, error: unknown, language: Language): UsageError {
  if (language === 'en') return unwritable(`"${file}"`, error);
  const code = codeOf(error);
  const way = remedies[code]?.da ?? 'nævn en anden fil';
  return new UsageError(`"${file}" kunne ikke skrives (${code}); ${way}.`, { cause: error });
}

/** Why a file cannot be read, after “which”. */
export function unreadable(error: unknown): string {
  const code = codeOf(error);
  return unreadables[code] ?? `cannot be read (${code})`;
}

const unreadables: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'you may not read',
};

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** What the system says where there is no more room. */
export const fullDisk: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

const elsewhere = { da: 'nævn en fil i en mappe, der findes', en: 'name a file in a folder that exists' };
const forbidden = { da: 'nævn en fil, som du må skrive', en: 'name a file that you may write' };
const room = { da: 'skaf plads på dens disk', en: 'make room on its disk' };

const remedies: Readonly<Record<string, InBothLanguages>> = {
  ENOENT: elsewhere,
  ENOTDIR: elsewhere,
  EISDIR: { da: 'det er en mappe, nævn en fil', en: 'that is a folder, name a file' },
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: { da: 'nævn en fil på en disk, der kan skrives', en: 'name a file on a disk that can be written' },
  ENOSPC: room,
  EDQUOT: room,
};
