import { UsageError } from './usage-error.ts';

/** What a person does about a file that cannot be written, or about `The output`, which is no file of its own. */
export function unwritable(what: string, error: unknown, otherwise = 'name another file'): UsageError {
  const code = codeOf(error);
  return new UsageError(`${what} could not be written (${code}); ${remedies[code] ?? otherwise}.`, { cause: error });
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'name a file in a folder that exists',
  ENOTDIR: 'name a file in a folder that exists',
  EISDIR: 'that is a folder, name a file',
  EACCES: 'name a file that you may write',
  EPERM: 'name a file that you may write',
  EROFS: 'name a file on a disk that can be written',
  ENOSPC: 'make room on its disk',
  EDQUOT: 'make room on its disk',
};
