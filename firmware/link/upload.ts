import { sha256 } from '@noble/hashes/sha2.js';
import { encodeLogPart, logPartFrameBytes } from '../../protocol/messages/log-part.ts';
import { logPartBytesMax } from '../../protocol/messages/signed-limits.ts';
import type { ByteSource } from '../domain/byte-source.ts';

const HASHED_AT_ONCE = 64 * 1024;

/**
 * What a command asked for, cut into messages: one of them is on its way at a time, and the next follows when the broker
 * has taken it. A new connection goes on with the first one that was not taken.
 */
export class Upload {
  readonly command: number;
  readonly #source: ByteSource;
  readonly #hash: Uint8Array;
  #takenThrough = 0;
  #underWay = 0;

  /** @throws Error when the source cannot be read */
  constructor(command: number, source: ByteSource) {
    this.command = command;
    this.#source = source;
    const hash = sha256.create();
    for (let at = 0; at < source.bytes; at += HASHED_AT_ONCE) {
      hash.update(whole(source, at, Math.min(HASHED_AT_ONCE, source.bytes - at)));
    }
    this.#hash = hash.digest();
  }

  get bytes(): number {
    return this.#source.bytes;
  }

  /** Whether the broker has taken all of it. */
  get isTaken(): boolean {
    return this.#takenThrough >= this.bytes;
  }

  /** The next message of at most `bytesMax` bytes; null while one is under way, and after the last. @throws Error */
  next(bytesMax: number): Uint8Array | null {
    if (this.#underWay > 0 || this.isTaken) return null;
    const offset = this.#takenThrough;
    const room = Math.max(1, Math.min(bytesMax - logPartFrameBytes, logPartBytesMax));
    const data = whole(this.#source, offset, Math.min(room, this.bytes - offset));
    this.#underWay = data.length;
    return encodeLogPart({ command: this.command, hash: this.#hash, bytes: this.bytes, offset, data });
  }

  /** The broker has taken the message under way. */
  taken(): void {
    this.#takenThrough += this.#underWay;
    this.#underWay = 0;
  }

  /** Nobody knows whether the broker has it: it goes once more. */
  lost(): void {
    this.#underWay = 0;
  }
}

function whole(source: ByteSource, offset: number, length: number): Uint8Array {
  const bytes = source.read(offset, length);
  if (bytes.length !== length) throw new Error(`Only ${bytes.length} of ${length} bytes could be read at ${offset}.`);
  return bytes;
}
