import { sha256 } from '@noble/hashes/sha2.js';
import type { Store } from '../../hal/ports/store.ts';
import { uint32Max } from '../../protocol/limits.ts';
import { type ConfigDocument, encodeConfig } from '../../protocol/messages/config.ts';
import { isDeviceId } from '../../protocol/topics.ts';
import { REGISTERS_AT_START } from '../domain/memory.ts';
import { firstOpening } from '../domain/regimen.ts';
import { noSettings, readSettings } from '../domain/settings.ts';
import { LedgerError } from './errors.ts';
import type { Seen } from './ledger.ts';
import { migrate } from './migrate.ts';
import { CONFIG, configSeal, OrderBook } from './orders.ts';
import { sealed } from './registers.ts';

export interface Provision {
  readonly device: string;
  /** Absent: the unit waits for its first from the centre. */
  readonly config?: ConfigDocument;
  /**
   * Doses whose window has closed by this instant are not this ledger's business; of one that is open, a roll with its
   * label says so.
   */
  readonly atMs: number;
  /** A number no earlier ledger of this device has used. */
  readonly epoch: number;
  /** Epoch seconds: when the configuration that it waits for may have been signed at the earliest; absent: at any time. */
  readonly firstConfigFrom?: number;
}

/** What a unit was to be called cannot go over the wire. The message is one sentence that says how to mend it. */
export class ProvisionError extends Error {
  override readonly name = 'ProvisionError';
}

/**
 * Makes an empty store into a unit's ledger.
 * @throws ProvisionError when device id or epoch could never be sent; nothing is written then.
 * @throws SettingsError when the configuration may not come into force; nothing is written then.
 * @throws LedgerError when the store already holds a unit: its history is never overwritten.
 */
export function provision(store: Store, { device, config, atMs, epoch, firstConfigFrom = 0 }: Provision): void {
  checkIdentity(device, epoch);
  const settings = config === undefined ? noSettings('') : readSettings(config);
  migrate(store);
  if (store.prepare('SELECT 1 FROM register LIMIT 1').get() !== undefined) {
    throw new LedgerError('contradiction', 'This ledger already belongs to a unit; swap or erase it first.');
  }
  const register = store.prepare('INSERT INTO register VALUES (?,?)');
  const first = {
    ...REGISTERS_AT_START,
    device,
    epoch,
    seen: { wallMs: atMs, seq: 0 } satisfies Seen,
    boot: 0,
    setUpMs: atMs,
    firstConfigFrom,
    scheduleFromMs: firstOpening(settings.regimen, atMs),
  };
  const texts = new Map(Object.entries(first).map(([name, value]) => [name, JSON.stringify(value)]));
  const document = config === undefined ? null : encodeConfig(config);
  const hash = sha256(document ?? new Uint8Array());
  if (document !== null) texts.set(CONFIG, configSeal({ version: settings.version, hash }));
  store.transaction(() => {
    for (const [name, text] of sealed(store, texts)) register.run(name, text);
    if (document !== null) new OrderBook(store).putConfig({ settings, document, hash }, atMs);
  });
}

function checkIdentity(device: string, epoch: number): void {
  if (!isDeviceId(device)) {
    throw new ProvisionError(
      `The device id ${JSON.stringify(device)} cannot be used; give 3 to 32 letters, digits and hyphens that do not begin with a hyphen.`,
    );
  }
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > uint32Max) {
    throw new ProvisionError(`The epoch ${epoch} cannot be used; give a whole number from 0 to ${uint32Max}.`);
  }
}
