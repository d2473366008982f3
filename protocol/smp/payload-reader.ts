import { ProtocolError, type ProtocolErrorCode } from '../errors.ts';
import type { CborLimits } from '../limits.ts';

/** What SMP payloads are made of. Integers reach to 2^53, for counters of other makers. */
export type SmpValue = number | string | boolean | null | Uint8Array | readonly SmpValue[] | SmpMap;
export interface SmpMap {
  readonly [key: string]: SmpValue;
}

const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6 } as const;
const indefinite = 31;
const breakByte = 0xff;
const simple: Readonly<Record<number, boolean | null>> = { 20: false, 21: true, 22: null };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads CBOR as clients of SMP write it, in one walk that checks every head before it takes anything: maps with text
 * keys, and lists and maps of indefinite length too (Zephyr and Jackson send them), which `../cbor.ts` refuses. Refused
 * are tags, floats, `undefined`, texts in chunks, repeated keys, bad UTF-8, and whatever exceeds the limits.
 */
export class PayloadReader {
  readonly #bytes: Uint8Array;
  readonly #limits: CborLimits;
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array, limits: CborLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  /** The one item that the bytes are; byte strings in it are copies. @throws ProtocolError */
  read(): SmpValue {
    const { length } = this.#bytes;
    if (length > this.#limits.bytesMax) {
      this.#refuse('too-large', `has ${length} bytes where ${this.#limits.bytesMax} are allowed`);
    }
    const value = this.#item(0);
    if (this.#at < length) this.#refuse('trailing', `is complete but ${length - this.#at} more bytes follow`);
    return value;
  }

  #item(depth: number): SmpValue {
    this.#items += 1;
    if (this.#items > this.#limits.itemsMax) {
      this.#refuse('too-many-items', `has more than ${this.#limits.itemsMax} items`);
    }
    const head = this.#byte();
    const info = head & 31;
    switch (head >> 5) {
      case major.unsigned:
        return this.#argument(info);
      case major.negative:
        return this.#negative(info);
      case major.bytes:
        // Not `slice`: that of a Node Buffer copies nothing.
        return new Uint8Array(this.#take(this.#argument(info)));
      case major.text:
        return this.#text(info);
      case major.array:
        return this.#array(info, depth + 1);
      case major.map:
        return this.#map(info, depth + 1);
      case major.tag:
        return this.#refuse('tag', 'carries a CBOR tag, which SMP does not use');
      default:
        return this.#simple(info);
    }
  }

  #array(info: number, depth: number): SmpValue[] {
    const values: SmpValue[] = [];
    const more = this.#children(info, depth, 1);
    while (more(values.length)) values.push(this.#item(depth));
    return values;
  }

  #map(info: number, depth: number): SmpMap {
    const entries = new Map<string, SmpValue>();
    const more = this.#children(info, depth, 2);
    while (more(entries.size)) {
      const key = this.#item(depth);
      if (typeof key !== 'string') this.#refuse('key-type', 'has a map key that is not text');
      if (entries.has(key)) this.#refuse('duplicate-key', `has the key ${JSON.stringify(key)} twice in one map`);
      entries.set(key, this.#item(depth));
    }
    // Defines own properties only, so a key called `__proto__` is only a key.
    return Object.fromEntries(entries);
  }

  /** Tells whether another child follows. A length that the remaining bytes cannot hold is refused at once. */
  #children(info: number, depth: number, itemsEach: number): (soFar: number) => boolean {
    if (depth > this.#limits.depthMax) this.#refuse('too-deep', `nests deeper than ${this.#limits.depthMax} levels`);
    if (info === indefinite) return () => !this.#takeBreak();
    const count = this.#argument(info);
    if (count * itemsEach > this.#bytes.length - this.#at) this.#truncated();
    return (soFar) => soFar < count;
  }

  #takeBreak(): boolean {
    const found = this.#bytes[this.#at] === breakByte;
    if (found) this.#at += 1;
    return found;
  }

  #text(info: number): string {
    const bytes = this.#take(this.#argument(info));
    try {
      return utf8.decode(bytes);
    } catch {
      return this.#refuse('bad-text', 'has text that is not plain UTF-8');
    }
  }

  #negative(info: number): number {
    const value = -1 - this.#argument(info);
    return Number.isSafeInteger(value) ? value : this.#refuse('integer-range', 'has an integer of more than 53 bits');
  }

  #simple(info: number): boolean | null {
    const value = simple[info];
    if (value !== undefined) return value;
    if (info >= 25 && info <= 27) this.#refuse('float', 'has a floating-point number, which SMP does not use');
    return this.#refuse('simple-value', 'has a simple value other than false, true and null');
  }

  /** A head's argument: a value or a length (RFC 8949 §3). */
  #argument(info: number): number {
    if (info < 24) return info;
    if (info === indefinite) this.#refuse('indefinite-length', 'has text, bytes or a number of indefinite length');
    if (info > 27) this.#refuse('malformed', 'has a head that CBOR does not define');
    const value = this.#take(2 ** (info - 24)).reduce((sum, byte) => sum * 0x100 + byte, 0);
    return Number.isSafeInteger(value) ? value : this.#refuse('integer-range', 'has an integer of more than 53 bits');
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) this.#truncated();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #byte(): number {
    const [byte] = this.#take(1);
    return byte ?? this.#truncated();
  }

  #truncated(): never {
    return this.#refuse('truncated', 'ends in the middle of an item');
  }

  #refuse(code: ProtocolErrorCode, problem: string): never {
    throw new ProtocolError(code, `${problem} (byte ${this.#at} of the payload)`);
  }
}
