import { join } from 'node:path';
import type { Log } from '../../hal/ports/log.ts';
import { type Store, StoreError } from '../../hal/ports/store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { unusableStore } from '../../hal/sqlite/unusable-store.ts';
import { isInUse } from './device-folder.ts';

/**
 * The ledger of a unit in its folder. One that cannot be opened stays as it is: the firmware locks the unit for it, and
 * says so to whoever stands there and to the centre. @throws StoreError when another unit runs on it
 */
export function openLedger(folder: string, log: Log): Store {
  try {
    return openStore({ path: join(folder, 'ledger.db') });
  } catch (error) {
    if (!(error instanceof StoreError) || isInUse(error)) throw error;
    log.write('error', `The ledger cannot be used; nothing is released: ${error.message}`);
    return unusableStore(error);
  }
}
