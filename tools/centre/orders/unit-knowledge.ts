import type { SqlStatement, Store } from '../../../hal/ports/store.ts';
import { decodeEvent, type Presence } from '../../../protocol/messages/event.ts';
import type { ConfigStore } from './config-store.ts';

/** The unit as the centre knows it: what a command may expect of it. */
export interface KnownUnit {
  readonly epoch: number;
  readonly firmware: string;
  readonly configVersion: number;
  readonly presence: Presence;
  /** What is taken to be so although the unit never said it. */
  readonly assumed: readonly 'presence'[];
}

/** Reads what units have told of themselves, in births, events and reports. */
export class UnitKnowledge {
  readonly #configs: ConfigStore;
  readonly #device: SqlStatement;
  readonly #presence: SqlStatement;

  constructor(store: Store, configs: ConfigStore) {
    this.#configs = configs;
    this.#device = store.prepare('SELECT epoch, firmware, config_version FROM device WHERE id = ?');
    this.#presence = store.prepare(`SELECT event.bytes FROM event JOIN stream ON stream.id = event.stream
      WHERE stream.device = ? AND stream.epoch = ? AND event.type = 'presence.changed' ORDER BY event.seq DESC LIMIT 1`);
  }

  /** Whether the unit has ever said anything. */
  heard(device: string): boolean {
    return this.#device.get(device) !== undefined;
  }

  /** Undefined for one that was never born here: nobody knows its ledger. */
  of(device: string): KnownUnit | undefined {
    const row = this.#device.get(device);
    if (row === undefined || row.epoch === null) return undefined;
    const epoch = row.epoch as number;
    const presence = this.#presenceIn(device, epoch);
    return {
      epoch,
      firmware: row.firmware as string,
      configVersion: this.#configs.unit(device)?.version ?? (row.config_version as number),
      // A unit that has told of no change is as it began.
      presence: presence ?? 'home',
      assumed: presence === undefined ? ['presence'] : [],
    };
  }

  #presenceIn(device: string, epoch: number): Presence | undefined {
    const bytes = this.#presence.get(device, epoch)?.bytes as Uint8Array | undefined;
    if (bytes === undefined) return undefined;
    const event = decodeEvent(bytes);
    return event.type === 'presence.changed' ? event.presence : undefined;
  }
}
