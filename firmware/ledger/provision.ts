import type { Store } from '../../hal/ports/store.ts';
import type { ConfigDocument } from '../../protocol/messages/config.ts';
import { readSettings } from '../domain/settings.ts';
import { LedgerError } from './errors.ts';
import { migrate } from './ledger.ts';

export interface Provision {
  readonly device: string;
  readonly config: ConfigDocument;
  /** Doses whose window opens before this instant are not this ledger's business. */
  readonly atMs: number;
  /** A number no earlier ledger of this device has used. */
  readonly epoch: number;
}

/**
 * Makes an empty store into a unit's ledger.
 * @throws SettingsError when the configuration may not come into force; nothing is written then.
 * @throws LedgerError when the store already holds a unit: its history is never overwritten.
 */
export function provision(store: Store, { device, config, atMs, epoch }: Provision): void {
  readSettings(config);
  migrate(store);
  if (store.prepare('SELECT 1 FROM register LIMIT 1').get() !== undefined) {
    throw new LedgerError('contradiction', 'This ledger already belongs to a unit; swap or erase it first.');
  }
  const register = store.prepare('INSERT INTO register VALUES (?,?)');
  store.transaction(() => {
    for (const [name, value] of Object.entries({ device, epoch, seen: atMs, boot: 0, scheduleFromMs: atMs })) {
      register.run(name, JSON.stringify(value));
    }
    store.prepare('INSERT INTO config VALUES (?,?,?)').run(config.version, JSON.stringify(config), atMs);
  });
}
