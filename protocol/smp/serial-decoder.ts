import { decodeBase64, isBase64Byte } from './base64.ts';
import { crc16 } from './crc16.ts';
import { decodeMessage, type SmpFrame, smpHeaderBytes } from './header.ts';
import {
  bodyBytesMax,
  carriageReturn,
  continuationMarker,
  crcBytes,
  lengthBytes,
  lettersPerLine,
  lineFeed,
  messageBytesDefault,
  startMarker,
} from './serial-line.ts';

/** What a decoder threw away, and how much of it since it was made. */
export interface SerialDrops {
  /** Bytes outside of lines: console text, noise, the rest of a broken line. */
  readonly strayBytes: number;
  /** Lines longer than 127 bytes. */
  readonly longLines: number;
  /** Lines that are no base64, or broken off. */
  readonly brokenLines: number;
  /** Continuations of nothing: the start was lost or refused. */
  readonly orphanLines: number;
  /** Messages given up because the next one began. */
  readonly interrupted: number;
  /** Messages that declare more than `messageBytesMax`. */
  readonly tooLarge: number;
  /** Messages shorter than a header, or with more bytes than declared, or whose header tells another length. */
  readonly wrongLength: number;
  readonly wrongCrc: number;
}

export type SerialDropReason = keyof SerialDrops;

type Marker = typeof startMarker | typeof continuationMarker;

/**
 * Finds SMP messages in what a serial port delivers, in pieces of any size. Console text and noise may stand before,
 * after and between lines; a line ends at LF or CR LF. It never throws, and its memory is fixed when it is made: one
 * line and one message. A byte that no line can hold ends the line, and the search for a marker goes on at that byte.
 */
export class SerialDecoder {
  readonly #letters = new Uint8Array(lettersPerLine);
  readonly #message: Uint8Array;
  readonly #drops: { -readonly [Reason in SerialDropReason]: number } = {
    strayBytes: 0,
    longLines: 0,
    brokenLines: 0,
    orphanLines: 0,
    interrupted: 0,
    tooLarge: 0,
    wrongLength: 0,
    wrongCrc: 0,
  };
  /** The first byte of a marker, while its second is awaited. */
  #half: Marker | undefined;
  /** The marker of the line being read. */
  #line: Marker | undefined;
  #lineLetters = 0;
  /** A carriage return was read where a line feed must follow. */
  #returned = false;
  /** Bytes of body and CRC that the message being put together declares; 0 while there is none. */
  #declared = 0;
  #gathered = 0;

  /** @param messageBytesMax header and payload; at most 65,533 */
  constructor(messageBytesMax: number = messageBytesDefault) {
    this.#message = new Uint8Array(Math.min(messageBytesMax, bodyBytesMax) + crcBytes);
  }

  /** Counts since the decoder was made; a copy. */
  get drops(): SerialDrops {
    return { ...this.#drops };
  }

  /** True while a line or a message is unfinished: whoever waits may give up on it with `reset`. */
  get isPartial(): boolean {
    return this.#declared > 0 || this.#line !== undefined || this.#half !== undefined;
  }

  /** The messages that are complete with these bytes, in order. Their payloads are copies. */
  push(bytes: Uint8Array): SmpFrame[] {
    const frames: SmpFrame[] = [];
    for (const byte of bytes) {
      const frame = this.#byte(byte);
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  }

  /** Forgets what is unfinished, as when the port came back. The counts stay. */
  reset(): void {
    if (this.#declared > 0) this.#drops.interrupted += 1;
    if (this.#line !== undefined) this.#drops.brokenLines += 1;
    if (this.#half !== undefined) this.#drops.strayBytes += 1;
    this.#half = undefined;
    this.#line = undefined;
    this.#declared = 0;
  }

  #byte(byte: number): SmpFrame | undefined {
    if (this.#line === undefined) {
      this.#outside(byte);
      return undefined;
    }
    if (byte === lineFeed) return this.#endOfLine(this.#line);
    if (byte === carriageReturn && !this.#returned) {
      this.#returned = true;
    } else if (this.#returned || !isBase64Byte(byte)) {
      this.#breakLine('brokenLines');
      this.#outside(byte);
    } else if (this.#lineLetters === lettersPerLine) {
      this.#breakLine('longLines');
      this.#outside(byte);
    } else {
      this.#letters[this.#lineLetters] = byte;
      this.#lineLetters += 1;
    }
    return undefined;
  }

  #outside(byte: number): void {
    const half = this.#half;
    this.#half = undefined;
    if (half !== undefined && byte === half[1]) {
      this.#beginLine(half);
      return;
    }
    if (half !== undefined) this.#drops.strayBytes += 1;
    if (byte === startMarker[0]) this.#half = startMarker;
    else if (byte === continuationMarker[0]) this.#half = continuationMarker;
    else this.#drops.strayBytes += 1;
  }

  #beginLine(marker: Marker): void {
    this.#line = marker;
    this.#lineLetters = 0;
    this.#returned = false;
    if (marker === startMarker) this.#giveUp('interrupted');
  }

  /** A message with a hole in it is lost. */
  #breakLine(reason: 'brokenLines' | 'longLines'): void {
    this.#line = undefined;
    this.#drops[reason] += 1;
    this.#declared = 0;
  }

  #giveUp(reason: SerialDropReason): void {
    if (this.#declared > 0) this.#drops[reason] += 1;
    this.#declared = 0;
  }

  #endOfLine(marker: Marker): SmpFrame | undefined {
    const bytes = decodeBase64(this.#letters.subarray(0, this.#lineLetters));
    if (bytes === undefined) {
      this.#breakLine('brokenLines');
      return undefined;
    }
    this.#line = undefined;
    if (marker === startMarker) return this.#beginMessage(bytes);
    if (this.#declared === 0) {
      this.#drops.orphanLines += 1;
      return undefined;
    }
    return this.#gather(bytes);
  }

  #beginMessage(bytes: Uint8Array): SmpFrame | undefined {
    const [high, low] = bytes;
    const declared = high === undefined || low === undefined ? 0 : high * 0x100 + low;
    if (declared < smpHeaderBytes + crcBytes) {
      this.#drops.wrongLength += 1;
      return undefined;
    }
    if (declared > this.#message.length) {
      this.#drops.tooLarge += 1;
      return undefined;
    }
    this.#declared = declared;
    this.#gathered = 0;
    return this.#gather(bytes.subarray(lengthBytes));
  }

  #gather(bytes: Uint8Array): SmpFrame | undefined {
    if (this.#gathered + bytes.length > this.#declared) {
      this.#giveUp('wrongLength');
      return undefined;
    }
    this.#message.set(bytes, this.#gathered);
    this.#gathered += bytes.length;
    return this.#gathered === this.#declared ? this.#complete() : undefined;
  }

  #complete(): SmpFrame | undefined {
    const end = this.#declared - crcBytes;
    const body = this.#message.subarray(0, end);
    const [high = 0, low = 0] = this.#message.subarray(end, this.#declared);
    if (crc16(body) !== high * 0x100 + low) {
      this.#giveUp('wrongCrc');
      return undefined;
    }
    this.#declared = 0;
    try {
      return decodeMessage(body);
    } catch {
      this.#drops.wrongLength += 1;
      return undefined;
    }
  }
}
