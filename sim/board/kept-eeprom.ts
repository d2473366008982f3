import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Chip } from './chip.ts';

export function readEeprom(file: string): Uint8Array | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}

/** Keeps a chip's EEPROM in a file, so that it survives the end of this process, however sudden. */
export class KeptEeprom {
  readonly #chip: Chip;
  readonly #file: string;
  #kept = '';

  constructor(chip: Chip, file: string) {
    this.#chip = chip;
    this.#file = file;
  }

  /** As the memory would be if the power failed now. */
  keep(): void {
    const bytes = Buffer.from(this.#chip.eeprom.tornAt(this.#chip.cycles));
    const content = bytes.toString('latin1');
    if (content === this.#kept) return;
    writeFileSync(`${this.#file}.new`, bytes);
    renameSync(`${this.#file}.new`, this.#file);
    this.#kept = content;
  }
}
