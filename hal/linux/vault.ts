import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../ports/store.ts';
import type { Vault, VaultName } from '../ports/vault.ts';

/** Files in a folder that only the unit's own user may enter. The folder is made when missing. @throws StoreError */
export function openVault(folder: string): Vault {
  const fileOf = (name: VaultName) => join(folder, `${name}.bin`);
  attempt(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
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
      attempt(folder, () => {
        const next = `${fileOf(name)}.next`;
        const file = openSync(next, 'w', 0o600);
        try {
          writeFileSync(file, bytes);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
        renameSync(next, fileOf(name));
        syncFolder(folder);
      });
    },
    erase(name) {
      attempt(folder, () => {
        rmSync(fileOf(name), { force: true });
        syncFolder(folder);
      });
    },
  };
}

/** A new name is durable only when its folder is. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
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
