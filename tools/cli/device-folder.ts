import { makeFolder } from '../../hal/linux/whole-file.ts';
import { StoreError } from '../../hal/ports/store.ts';
import { codeOf } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';

/** Where the unit keeps what is its own. @throws UsageError */
export function makeOwnFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new UsageError(`--folder names ${folder}, which cannot be made (${codeOf(error)}); name another place.`, {
      cause: error,
    });
  }
}

/** What is wrong with the ledger at the very start is for whoever named its folder. @throws UsageError */
export function startedIn<T>(folder: string, start: () => T): T {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const sentence = isInUse(error)
      ? `--folder names ${folder}, and another unit runs on it; end that one, or name another folder.`
      : `--folder names ${folder}, whose ledger cannot be used (${error.message}); keep it for whoever looks into it, and name another folder.`;
    throw new UsageError(sentence, { cause: error });
  }
}

/** As hal/sqlite says it. */
export function isInUse({ message }: StoreError): boolean {
  return /another process has it open/.test(message);
}
