import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../ports/store.ts';
import type { Vault, VaultName } from '../ports/vault.ts';
import { makeFolder, syncPath, writeWhole } from './whole-file.ts';

/** Files in a folder that only the unit's own user may enter. The folder is made when missing. @throws StoreError */
export function openVault(folder: string): Vault {
  const fileOf = (name: VaultName) => join(folder, `${name}.bin`);
  attempt(folder, () => makeFolder(folder));
  return {
    read(name) {
      return attempt(folder, () => {
        try {
          return new Uint8Array(readFileSync(fileOf(name)));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
          throw error;
        }
      });
    },
    write(name, bytes) {
      attempt(folder, () => writeWhole(fileOf(name), bytes));
    },
    erase(name) {
      attempt(folder, () => {
        rmSync(fileOf(name), { force: true });
        syncPath(folder);
      });
    },
  };
}

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function attempt<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // biome-ignore lint/style/useErrorCause: the cause is passed; the rule looks for it in the second place only.
    throw new StoreError(FULL.has(String(code)) ? 'full' : 'io', `${folder}: ${message}`, { cause: error });
  }
}
