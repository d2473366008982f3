import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Chip } from './chip.ts';

/** Nobody reads, and the terminal is full: what a USB converter would throw away too. */
const WAITING_BYTES_MAX = 64 * 1024;

/** The chip's line as a pseudo terminal that `socat` lays: a device file for a host that knows nothing of emulation. */
export class PtyLine {
  readonly #chip: Chip;
  readonly #link: string;
  readonly #leaving: number[] = [];
  #socat: ChildProcess | undefined;

  /** `link`: where the device file is to appear. */
  constructor(chip: Chip, link: string) {
    this.#chip = chip;
    this.#link = link;
    chip.onByte((byte) => this.#leaving.push(byte));
  }

  /** Until the device file is there. @throws Error when socat does not start */
  plug(): Promise<void> {
    const socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${this.#link}`, 'stdio']);
    this.#socat = socat;
    socat.stdout.on('data', (bytes: Uint8Array) => this.#chip.receive(bytes));
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
    this.#socat?.kill('SIGKILL');
    this.#socat = undefined;
    rmSync(this.#link, { force: true });
  }

  /** Sends what the chip has said since the last time. */
  flush(): void {
    const bytes = Uint8Array.from(this.#leaving.splice(0));
    const stdin = this.#socat?.stdin;
    if (bytes.length > 0 && stdin?.writable && stdin.writableLength < WAITING_BYTES_MAX) stdin.write(bytes);
  }
}
