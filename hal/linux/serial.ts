import { SerialPortStream } from '@serialport/stream';
import type { Serial, SerialEvent } from '../ports/serial.ts';
import { serialBinding } from './serial-binding.ts';

export interface SerialOptions {
  /** A device such as `/dev/ttyGS0`, `/dev/ttyUSB0` or `COM3`; a pseudo terminal too. */
  readonly path: string;
  /** Bits a second; USB gadgets and pseudo terminals do not care. */
  readonly baudRate?: number;
  /** Bytes that may wait to leave. Beyond it `write` refuses, so that a laptop that does not read costs no memory. */
  readonly waitingBytesMax?: number;
  /** The pause before a port that is not there is tried again; doubled up to the maximum, and from anew once it was there. */
  readonly reopenMsMin?: number;
  readonly reopenMsMax?: number;
}

const BAUD_RATE = 115_200;
/** Four of the service's longest answers, as they travel. */
const WAITING_BYTES_MAX = 64 * 1024;
const REOPEN_MS_MIN = 250;
const REOPEN_MS_MAX = 5_000;
/** A port that nobody reads from takes nothing more. */
const WRITING_MS_MAX = 1_000;

export interface LinuxSerial extends Serial {
  /** Resolves when the system has taken what was written so far, or does not for a second: before the port is closed. */
  written(): Promise<void>;
}

/** The serial port on @serialport/stream. A port that opens at last, and one that comes back, are the same to it. */
export function createSerial(options: SerialOptions): LinuxSerial {
  const { reopenMsMin = REOPEN_MS_MIN, reopenMsMax = REOPEN_MS_MAX } = options;
  const { waitingBytesMax = WAITING_BYTES_MAX } = options;
  let tell: (event: SerialEvent) => void = () => undefined;
  let wanted = false;
  let line: Line | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = reopenMsMin;
  /** Since the last `serial.opened` nothing else has been told; before the first, a loss is told once too. */
  let lossTold = false;

  const begin = (): void => {
    line = new Line(options, {
      opened: () => {
        pauseMs = reopenMsMin;
        lossTold = false;
        tell({ type: 'serial.opened' });
      },
      received: (bytes) => tell({ type: 'serial.received', bytes }),
      lost: (reason) => {
        line = undefined;
        timer = setTimeout(begin, pauseMs);
        pauseMs = Math.min(2 * pauseMs, reopenMsMax);
        if (lossTold) return;
        lossTold = true;
        tell({ type: 'serial.closed', reason });
      },
    });
  };

  return {
    listen(listener) {
      tell = listener;
    },
    open() {
      if (wanted) return;
      wanted = true;
      begin();
    },
    write: (bytes) => line?.write(bytes, waitingBytesMax) ?? false,
    written: () =>
      new Promise((resolve) => {
        const patience = setTimeout(resolve, WRITING_MS_MAX);
        (line?.written ?? Promise.resolve()).then(() => {
          clearTimeout(patience);
          resolve();
        });
      }),
    close() {
      wanted = false;
      lossTold = false;
      clearTimeout(timer);
      line?.drop();
      line = undefined;
    },
  };
}

interface LineListener {
  opened(): void;
  received(bytes: Uint8Array): void;
  /** Told once, never from inside a call. */
  lost(reason: string): void;
}

/**
 * One opening of the port, from the attempt to the loss. After a loss the library may tell `error` and `close` twice,
 * and goes on reading if it is used again: each opening has a stream of its own.
 */
class Line {
  readonly #listener: LineListener;
  readonly #stream: SerialPortStream;
  #phase: 'opening' | 'open' | 'ended' = 'opening';
  /** Settles with the last write, however that ends. */
  written: Promise<void> = Promise.resolve();

  constructor({ path, baudRate = BAUD_RATE }: SerialOptions, listener: LineListener) {
    this.#listener = listener;
    this.#stream = new SerialPortStream({ binding: serialBinding, path, baudRate, autoOpen: false });
    // A port that nobody reads never learns that it was pulled.
    this.#stream.on('data', (bytes: Uint8Array) => {
      if (this.#phase === 'open') listener.received(bytes);
    });
    this.#stream.on('error', (error) => this.#lose(error.message));
    this.#stream.on('close', () => this.#lose('the port is gone'));
    this.#stream.open((error) => this.#answered(error));
  }

  write(bytes: Uint8Array, waitingBytesMax: number): boolean {
    if (this.#phase !== 'open' || this.#stream.writableLength + bytes.length > waitingBytesMax) return false;
    this.written = new Promise((resolve) => this.#stream.write(Buffer.from(bytes), () => resolve()));
    return true;
  }

  drop(): void {
    this.#phase = 'ended';
    if (this.#stream.isOpen) this.#stream.close();
  }

  #answered(error: Error | null): void {
    if (error !== null) return this.#lose(error.message);
    if (this.#phase === 'ended') return this.#stream.close();
    this.#phase = 'open';
    this.#listener.opened();
  }

  #lose(reason: string): void {
    if (this.#phase === 'ended') return;
    this.drop();
    this.#listener.lost(reason);
  }
}
