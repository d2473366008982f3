import type { Vault } from '../../hal/ports/vault.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import {
  decodeJournal,
  encodeJournal,
  type JournalEntry,
  journalDetailCharsMax,
  journalEntriesMax,
} from '../../protocol/messages/service-journal.ts';
import type { ServiceEntry, UnitFile } from '../service/unit.ts';
import { fileOf } from './unit-files.ts';

/** Who did what over the cable, also on a unit without a ledger, or with one that nobody can read. */
export class ServiceJournal {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Durable when it returns. @throws StoreError */
  add({ act, pass, role, detail }: ServiceEntry, at: number): void {
    const entry: JournalEntry = {
      ...{ at, act, detail: detail.slice(0, journalDetailCharsMax) },
      ...(pass !== null && { pass }),
      ...(role !== null && { role }),
    };
    this.#vault.write('journal', encodeJournal([...this.#entries(), entry].slice(-journalEntriesMax)));
  }

  #entries(): readonly JournalEntry[] {
    const bytes = this.#vault.read('journal');
    if (bytes === null) return [];
    try {
      return decodeJournal(bytes);
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      // One that cannot be read any more is begun anew; of a running unit the centre has the acts, though not the details.
      return [];
    }
  }
}

/** The journal as a file; null before the first act. @throws StoreError */
export function journalFile(vault: Vault): UnitFile | null {
  const bytes = vault.read('journal');
  return bytes === null ? null : fileOf(bytes);
}
