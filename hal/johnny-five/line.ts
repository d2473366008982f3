import { EventEmitter } from 'node:events';
import type { Transport } from 'firmata-io';
import type { Serial } from '../ports/serial.ts';

export interface LineListener {
  opened(): void;
  lost(reason: string): void;
}

/**
 * The cable to the microcontroller as firmata-io wants it. It comes and goes beneath one johnny-five board that lives as
 * long as the process: what was said to set the board up is noted, and said again whenever it comes back.
 */
export class Line extends EventEmitter implements Transport {
  readonly #serial: Serial;
  #noted: number[] | undefined;

  constructor(serial: Serial) {
    super();
    this.#serial = serial;
  }

  open(listener: LineListener): void {
    this.#serial.listen((event) => {
      if (event.type === 'serial.opened') listener.opened();
      else if (event.type === 'serial.closed') listener.lost(event.reason);
      else this.emit('data', event.bytes);
    });
    this.#serial.open();
  }

  /** What cannot leave is lost: whoever waits for an answer finds out. */
  write(bytes: readonly number[] | Uint8Array): void {
    this.#noted?.push(...bytes);
    this.#serial.write(Uint8Array.from(bytes));
  }

  /** Notes what is written while `talk` runs. */
  note(talk: () => void): readonly number[] {
    this.#noted = [];
    talk();
    const noted = this.#noted;
    this.#noted = undefined;
    return noted;
  }

  /** As if the cable was pulled out and put in again. */
  reopen(): void {
    this.#serial.close();
    this.#serial.open();
  }

  close(): void {
    this.#serial.close();
  }
}
