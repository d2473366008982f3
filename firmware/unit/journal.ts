import type { Vault } from '../../hal/ports/vault.ts';
import { type CborValue, decode, encode } from '../../protocol/cbor.ts';
import type { ServiceEntry } from '../service/unit.ts';

/** The newest are kept: as many as a year of visits makes. */
const ENTRIES_MAX = 256;
const LIMITS = { bytesMax: 64 * 1024, depthMax: 3, itemsMax: 8 * ENTRIES_MAX };

/** Who did what over the cable, also on a unit without a ledger, or with one that nobody can read. */
export class ServiceJournal {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Durable when it returns. @throws StoreError */
  add({ act, pass, role, detail }: ServiceEntry, atSeconds: number): void {
    const entry = new Map<number, CborValue>([
      [1, atSeconds],
      [2, act],
      [3, detail],
    ]);
    if (pass !== null) entry.set(4, pass);
    if (role !== null) entry.set(5, role);
    const kept = [...this.#entries(), entry].slice(-ENTRIES_MAX);
    this.#vault.write('journal', encode(kept, LIMITS));
  }

  #entries(): readonly CborValue[] {
    const bytes = this.#vault.read('journal');
    if (bytes === null) return [];
    try {
      const entries = decode(bytes, LIMITS);
      return Array.isArray(entries) ? entries : [];
    } catch {
      // A journal that cannot be read any more is begun anew; the centre has what was done meanwhile.
      return [];
    }
  }
}
