const [START_SYSEX, END_SYSEX] = [0xf0, 0xf7] as const;
const BYTES_MAX = 512;

/** Cuts a stream of Firmata into messages, in either direction; what belongs to none is left out. */
export class Framer {
  readonly #told: (message: number[]) => void;
  #message: number[] = [];

  constructor(told: (message: number[]) => void) {
    this.#told = told;
  }

  take(byte: number): void {
    if (byte >= 0x80 && byte !== END_SYSEX) this.#message = [];
    else if (this.#message.length === 0) return;
    this.#message.push(byte);
    if (this.#message.length < this.#wanted(byte)) return;
    this.#told(this.#message);
    this.#message = [];
  }

  #wanted(byte: number): number {
    const [first = 0] = this.#message;
    if (first === START_SYSEX) return byte === END_SYSEX ? 0 : BYTES_MAX;
    if (first >= 0xc0 && first < 0xe0) return 2;
    return first === 0xff || byte === END_SYSEX ? 1 : 3;
  }
}
