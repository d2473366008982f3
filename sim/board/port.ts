import { Duplex } from 'node:stream';
import type { Chip } from './chip.ts';

/**
 * The chip's line as a serial port in this process, for firmata-io and whoever else takes a Duplex. Nothing here waits for
 * real time: bytes travel at 57,600 baud while somebody lets the chip's time pass.
 */
export class ChipPort extends Duplex {
  /** johnny-five shows it. */
  readonly path = 'emulated board';
  readonly #chip: Chip;
  #plugged = true;

  constructor(chip: Chip) {
    super({ allowHalfOpen: false });
    this.#chip = chip;
    chip.onByte((byte) => {
      if (this.#plugged) this.push(Uint8Array.of(byte));
    });
    // As a serial port does; johnny-five waits for it.
    process.nextTick(() => this.emit('open'));
  }

  /** The cable is pulled: `close` is told, and what was on its way to the host is lost. The chip never knows. */
  unplug(): void {
    this.#plugged = false;
    this.destroy();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#plugged) this.#chip.receive(bytes);
    done();
  }

  override _read(): void {
    // Bytes are pushed when they arrive.
  }
}
