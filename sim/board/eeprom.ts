import type { CPU } from 'avr8js';

const EEPROM_BYTES = 1024;
/** 3.4 ms at 16 MHz: erased first, then programmed (ATmega328P datasheet, table 8-1). */
const WRITE_CYCLES = 54_400;
/** EEPE must follow EEMPE within four cycles. */
const ENABLED_CYCLES = 4;

const [EECR, EEDR, EEARL, EEARH] = [0x3f, 0x40, 0x41, 0x42] as const;
const [EERE, EEPE, EEMPE, EERIE] = [1, 2, 4, 8] as const;

const ready = {
  address: 0x2c,
  flagRegister: EECR,
  flagMask: EEPE,
  enableRegister: EECR,
  enableMask: EERIE,
  constant: true,
  inverseFlag: true,
};

interface Write {
  readonly address: number;
  readonly value: number;
  readonly startedAt: number;
}

/**
 * The memory that survives power cuts, with the time that its writes take and what a cut makes of one. A device of our own
 * in place of avr8js's: there a write is done before it begins, and its interrupt comes while it lasts.
 */
export class Eeprom {
  readonly #cells = new Uint8Array(EEPROM_BYTES).fill(0xff);
  readonly #writes = new Uint32Array(EEPROM_BYTES);
  readonly #stuck = new Map<number, number>();
  #under: Write | undefined;

  constructor(contents?: Uint8Array) {
    if (contents !== undefined) this.#cells.set(contents);
  }

  /** A copy; a write under way is not in it yet. */
  contents(): Uint8Array {
    return this.#cells.slice();
  }

  load(contents: Uint8Array): void {
    this.#cells.set(contents);
  }

  /** How often each cell has been written. */
  wear(): Uint32Array {
    return this.#writes.slice();
  }

  /** The cell is worn out: it holds this value, whatever is written. */
  wearOut(address: number, value: number): void {
    this.#stuck.set(address, value);
    this.#cells[address] = value;
  }

  /** What the cells would hold if the power failed at this cycle. */
  tornAt(cycle: number): Uint8Array {
    const cells = this.#cells.slice();
    if (this.#under !== undefined) cells[this.#under.address] = this.#torn(this.#under, cycle);
    return cells;
  }

  losePower(cycle: number): void {
    this.#cells.set(this.tornAt(cycle));
    this.#under = undefined;
  }

  /** A write goes on through a reset; here it is over by the time the sketch starts anew. */
  finish(): void {
    if (this.#under === undefined) return;
    const { address, value } = this.#under;
    this.#under = undefined;
    this.#cells[address] = this.#stuck.get(address) ?? value;
  }

  /** Hangs the registers of the memory into one life of the processor. */
  attach(cpu: CPU): void {
    let enabledUntil = 0;
    const settle = (control: number): void => {
      cpu.data[EECR] = control;
      if ((control & (EERIE | EEPE)) === EERIE) cpu.queueInterrupt(ready);
      else cpu.clearInterrupt(ready, false);
    };
    const complete = (): void => {
      this.finish();
      settle(at(cpu, EECR) & ~EEPE);
    };
    cpu.writeHooks[EECR] = (control) => {
      const busy = at(cpu, EECR) & EEPE;
      const address = (at(cpu, EEARH) * 256 + at(cpu, EEARL)) % EEPROM_BYTES;
      const mayWrite = cpu.cycles < enabledUntil && busy === 0;
      if (control & EEMPE) enabledUntil = cpu.cycles + ENABLED_CYCLES;
      if (control & EEPE && mayWrite) {
        this.#begin({ address, value: at(cpu, EEDR), startedAt: cpu.cycles });
        cpu.addClockEvent(complete, WRITE_CYCLES);
        cpu.cycles += 2;
        settle((control & EERIE) | EEPE);
        return true;
      }
      if (control & EERE && busy === 0) {
        cpu.data[EEDR] = at(this.#cells, address);
        cpu.cycles += 4;
      }
      settle((control & (EERIE | EEMPE)) | busy);
      return true;
    };
  }

  #begin(write: Write): void {
    this.#under = write;
    this.#writes[write.address] = at(this.#writes, write.address) + 1;
  }

  /** By how far it had come: as it was, half erased, erased, half programmed. */
  #torn({ address, value, startedAt }: Write, cycle: number): number {
    const before = at(this.#cells, address);
    const quarter = Math.floor((4 * (cycle - startedAt)) / WRITE_CYCLES);
    return this.#stuck.get(address) ?? [before, before | 0xa5, 0xff][quarter] ?? value | 0x5a;
  }
}

function at(cells: Uint8Array | Uint32Array | CPU, index: number): number {
  return ('data' in cells ? cells.data[index] : cells[index]) ?? 0;
}
