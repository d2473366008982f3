import type { Store } from '../../hal/ports/store.ts';
import { LedgerError } from './errors.ts';
import { sealSchema } from './registers.ts';
import { MIGRATIONS } from './schema.ts';

/** How far the schema of this file has come; 0 for one without any. */
export function schemaOf(store: Store): number {
  return store.prepare('PRAGMA user_version').get()?.user_version as number;
}

/** Brings the schema forward, each step in its own transaction. */
export function migrate(store: Store): void {
  const version = schemaOf(store);
  if (version > MIGRATIONS.length) {
    throw new LedgerError('newer', `The ledger has schema ${version}; this firmware knows up to ${MIGRATIONS.length}.`);
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    store.transaction(() => {
      store.exec(sql);
      store.exec(`PRAGMA user_version = ${index + 1}`);
      sealSchema(store);
    });
  }
}
