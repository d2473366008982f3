import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Store, StoreError } from '../../hal/ports/store.ts';
import { sqliteCode } from '../../hal/sqlite/errors.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { CentreDatabaseError } from './schema.ts';

/** How every SQLite file begins (sqlite.org/fileformat.html#the_database_header). */
const HEADER = 'SQLite format 3\0';

/** Opens the centre's file, or makes it. @throws CentreDatabaseError when that is for a person to mend; StoreError */
export function openDatabaseFile(path: string): Store {
  if (path !== ':memory:') refuseOthers(path);
  try {
    return openStore({ path });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const code = sqliteCode(error.cause);
    if (code.startsWith('SQLITE_BUSY')) throw inUse(path, error);
    throw unopened.test(code) ? notOpened(path, code, error) : error;
  }
}

/** What SQLite says where the file cannot be made, or not be written: of the place, and not of what stands in the file. */
const unopened = /^SQLITE_(CANTOPEN|READONLY|PERM)/;

function notOpened(path: string, code: string, cause: StoreError): CentreDatabaseError {
  const said = {
    da: `Databasen "${path}" kan ikke laves eller skrives der (${code}); nævn med --database en fil, som du må skrive.`,
    en: `The database "${path}" cannot be made or written there (${code}); name a file that you may write with --database.`,
  };
  return new CentreDatabaseError(said, { cause });
}

function inUse(path: string, error: StoreError): CentreDatabaseError {
  const said = {
    da: `Databasen "${path}" er i brug af et andet program, sandsynligvis en servicecentral, der allerede kører; brug den, afslut den, eller nævn en anden fil med --database.`,
    en: `The database "${path}" is in use by another program, most likely a service centre that runs already; use that one, end it, or name another file with --database.`,
  };
  return new CentreDatabaseError(said, { cause: error });
}

function refuseOthers(path: string): void {
  const stats = lookedAt(path, () => statSync(path, { throwIfNoEntry: false }));
  if (stats === undefined) return refuseNowhere(path);
  if (stats.isDirectory()) {
    const file = join(path, 'dosis-centre.sqlite');
    throw new CentreDatabaseError({
      da: `"${path}" er en mappe; skriv en fil i den, fx --database ${file}.`,
      en: `"${path}" is a folder; write a file in it, e.g. --database ${file}.`,
    });
  }
  if (!stats.isFile() || (stats.size > 0 && lookedAt(path, () => headOf(path)) !== HEADER)) {
    throw new CentreDatabaseError({
      da: `"${path}" er ingen SQLite-database; nævn med --database en database fra centralen eller en fil, der ikke findes endnu.`,
      en: `"${path}" is not a SQLite database; write --database with a database of the centre, or with a file that does not exist yet.`,
    });
  }
}

function refuseNowhere(path: string): void {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new CentreDatabaseError({
    da: `Databasen "${path}" kan ikke laves, for mappen "${folder}" findes ikke; lav den, eller nævn en anden fil med --database.`,
    en: `The database "${path}" cannot be made, because the folder "${folder}" does not exist; make it, or name another file with --database.`,
  });
}

/** @throws CentreDatabaseError when this user may not look */
function lookedAt<T>(path: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const said = {
      da: `Databasen "${path}" kan ikke læses (${code}); kør dosis som den bruger, den tilhører, eller nævn en anden fil med --database.`,
      en: `The database "${path}" cannot be read (${code}); run dosis as the user it belongs to, or name another file with --database.`,
    };
    throw new CentreDatabaseError(said, { cause: error });
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
