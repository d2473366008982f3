import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { ChipSerial } from './chip-serial.ts';

/** Nobody reads, and the terminal is full: what a USB converter would throw away too. */
const WAITING_BYTES_MAX = 64 * 1024;

/** A chip's serial port as a pseudo terminal that `socat` lays: a device file for a host that knows nothing of emulation. */
export class PtyLine {
  readonly #serial: ChipSerial;
  readonly #link: string;
  #socat: ChildProcess | undefined;

  /** `link`: where the device file is to appear. */
  constructor(serial: ChipSerial, link: string) {
    this.#serial = serial;
    this.#link = link;
    serial.listen((event) => {
      if (event.type === 'serial.received') this.#send(event.bytes);
    });
  }

  /** Until the device file is there. @throws Error when socat does not start */
  plug(): Promise<void> {
    const socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${this.#link}`, 'stdio']);
    this.#socat = socat;
    this.#serial.open();
    socat.stdout.on('data', (bytes: Uint8Array) => this.#serial.write(bytes));
    // It may end while bytes are on their way to it.
    socat.stdin.on('error', () => undefined);
    return new Promise((resolve, reject) => {
      socat.once('error', (error) => reject(new Error(`socat did not start: ${error.message}`)));
      socat.once('exit', () => reject(new Error(`socat could not lay a terminal at ${this.#link}`)));
      socat.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('starting data transfer')) resolve();
      });
    });
  }

  /** As when the USB cable is pulled; the chip never knows. */
  unplug(): void {
    this.#serial.close();
    this.#socat?.kill('SIGKILL');
    this.#socat = undefined;
    rmSync(this.#link, { force: true });
  }

  #send(bytes: Uint8Array): void {
    const stdin = this.#socat?.stdin;
    if (stdin?.writable && stdin.writableLength < WAITING_BYTES_MAX) stdin.write(bytes);
  }
}
