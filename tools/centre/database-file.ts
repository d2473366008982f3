import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../hal/ports/store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { CentreDatabaseError } from './schema.ts';

/** How every SQLite file begins (sqlite.org/fileformat.html#the_database_header). */
const HEADER = 'SQLite format 3\0';

/** Opens the centre's file, or makes it. @throws CentreDatabaseError when that path holds something else; StoreError */
export function openDatabaseFile(path: string): Store {
  if (path !== ':memory:') refuseOthers(path);
  return openStore({ path });
}

function refuseOthers(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (stats.isDirectory()) {
    const file = join(path, 'dosis-centre.sqlite');
    throw new CentreDatabaseError(`"${path}" is a folder; write a file in it, e.g. --database ${file}.`);
  }
  if (!stats.isFile() || (stats.size > 0 && headOf(path) !== HEADER)) {
    throw new CentreDatabaseError(
      `"${path}" is not a SQLite database; write --database with a database of the centre, or with a file that does not exist yet.`,
    );
  }
}

function headOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEADER.length);
    return head.toString('latin1', 0, readSync(file, head));
  } finally {
    closeSync(file);
  }
}
