import type { Flash, FlashArea } from '../../hal/ports/flash.ts';
import { FlashError } from '../../hal/ports/flash.ts';
import { type BootRecord, decodeRecord, emptyRecord, encodeRecord, recordBytes } from './boot-record.ts';

const areas: readonly FlashArea[] = ['record-a', 'record-b'];

/**
 * The boot record on the medium, in two copies that are written in turn: a cut while one is written leaves the other.
 * Either the loader or the firmware writes, never both: the loader only while no firmware runs.
 */
export class RecordKeeper {
  readonly #flash: Flash;
  readonly #sha256: (bytes: Uint8Array) => Uint8Array;
  #current: BootRecord = emptyRecord;
  /** The copy that holds what counts; the next change goes to the other. */
  #holder = 1;
  #sound = false;

  constructor(flash: Flash, sha256: (bytes: Uint8Array) => Uint8Array) {
    this.#flash = flash;
    this.#sha256 = sha256;
    this.reload();
  }

  get current(): BootRecord {
    return this.#current;
  }

  /** Whether there is a record at all: a new unit has none, and one whose two copies are damaged has lost it. */
  get sound(): boolean {
    return this.#sound;
  }

  /** Reads the medium anew, after somebody else may have written. */
  reload(): void {
    this.#current = emptyRecord;
    this.#sound = false;
    for (const [index, area] of areas.entries()) {
      const found = this.#read(area);
      if (found === undefined || (this.#sound && found.number <= this.#current.number)) continue;
      this.#current = found;
      this.#holder = index;
      this.#sound = true;
    }
  }

  /** Durable when it returns; when it throws, the record is as before, or already new after the next start. @throws FlashError */
  save(changes: Partial<Omit<BootRecord, 'number'>>): void {
    const next = { ...this.#current, ...changes, number: this.#current.number + 1 };
    const target = 1 - this.#holder;
    const area = areas[target] as FlashArea;
    this.#flash.write(area, 0, encodeRecord(next, this.#sha256));
    this.#flash.sync(area);
    if (this.#read(area)?.number !== next.number) {
      throw new FlashError('io', 'The boot record does not read back as it was written; the medium is worn or broken.');
    }
    this.#current = next;
    this.#holder = target;
    this.#sound = true;
  }

  #read(area: FlashArea): BootRecord | undefined {
    try {
      return decodeRecord(this.#flash.read(area, 0, recordBytes), this.#sha256);
    } catch (error) {
      if (error instanceof FlashError) return undefined;
      throw error;
    }
  }
}
