import type { Serial, SerialEvent } from '../../hal/ports/serial.ts';
import type { Chip } from './chip.ts';

/**
 * The chip's line as the serial port of a host, with a cable that can be pulled. Nothing here waits: bytes travel at
 * 57,600 baud while somebody lets the chip's time pass, and the chip never knows whether anybody listens.
 */
export class ChipSerial implements Serial {
  readonly #chip: Chip;
  #listener: (event: SerialEvent) => void = () => undefined;
  #wanted = false;
  #plugged = true;
  /** Bytes that left the chip together. */
  #heard: number[] = [];

  constructor(chip: Chip) {
    this.#chip = chip;
    chip.onByte((byte) => this.#heard.push(byte));
  }

  listen(listener: (event: SerialEvent) => void): void {
    this.#listener = listener;
  }

  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    if (this.#plugged) this.#listener({ type: 'serial.opened' });
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#isOpen) return false;
    this.#chip.receive(bytes);
    return true;
  }

  close(): void {
    this.#wanted = false;
  }

  /** Hands over what the chip has said since the last time; what nobody hears is lost. */
  flush(): void {
    if (this.#heard.length === 0) return;
    const bytes = Uint8Array.from(this.#heard);
    this.#heard = [];
    if (this.#isOpen) this.#listener({ type: 'serial.received', bytes });
  }

  get isPlugged(): boolean {
    return this.#plugged;
  }

  unplug(): void {
    if (!this.#plugged) return;
    const wasOpen = this.#isOpen;
    this.#plugged = false;
    this.#heard = [];
    if (wasOpen) this.#listener({ type: 'serial.closed', reason: 'the cable was pulled' });
  }

  plug(): void {
    if (this.#plugged) return;
    this.#plugged = true;
    this.#heard = [];
    if (this.#wanted) this.#listener({ type: 'serial.opened' });
  }

  get #isOpen(): boolean {
    return this.#wanted && this.#plugged;
  }
}
