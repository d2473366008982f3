import { ProtocolError, type ProtocolErrorCode } from './errors.ts';
import type { CborLimits } from './limits.ts';

/**
 * Walks raw bytes as one CBOR item (RFC 8949) without building anything, and refuses what cbor-x would let through:
 * wrong lengths, deep nesting, repeated keys, bad UTF-8, and every feature our messages do not use (tags, floats,
 * indefinite lengths, `undefined`, integers over 32 bits).
 * @throws ProtocolError
 */
export function scan(bytes: Uint8Array, limits: CborLimits): void {
  if (bytes.length > limits.bytesMax) {
    throw new ProtocolError('too-large', `has ${bytes.length} bytes where ${limits.bytesMax} are allowed`);
  }
  new Scanner(bytes, limits).run();
}

const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;
const indefiniteArgument = 31;
const [simpleFalse, simpleNull] = [20, 22];
const [float16, float64] = [25, 27];

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #limits: CborLimits;
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array, limits: CborLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  run(): void {
    this.#item(0);
    const left = this.#bytes.length - this.#at;
    if (left > 0) this.#refuse('trailing', `is complete but ${left} more bytes follow`);
  }

  #item(depth: number): void {
    this.#count();
    const head = this.#byte();
    const type = head >> 5;
    if (type === major.simple) return this.#simple(head & 31);
    if (type === major.tag) this.#refuse('tag', 'carries a CBOR tag, which none of our messages use');
    const argument = this.#argument(head & 31);
    if (type === major.bytes) this.#skip(argument);
    else if (type === major.text) this.#text(argument);
    else if (type === major.array) this.#array(argument, depth + 1);
    else if (type === major.map) this.#map(argument, depth + 1);
  }

  #array(length: number, depth: number): void {
    this.#enter(length, depth);
    for (let index = 0; index < length; index++) this.#item(depth);
  }

  #map(length: number, depth: number): void {
    this.#enter(length * 2, depth);
    let smallKeys = 0;
    let otherKeys: Set<number | string> | undefined;
    for (let index = 0; index < length; index++) {
      const key = this.#key();
      // Nearly all our keys are small: one bit each tells a repetition without a Set.
      if (typeof key === 'number' && key >= 0 && key < 32) {
        if ((smallKeys & (1 << key)) !== 0) this.#repeated(key);
        smallKeys |= 1 << key;
      } else {
        otherKeys ??= new Set();
        if (otherKeys.has(key)) this.#repeated(key);
        otherKeys.add(key);
      }
      this.#item(depth);
    }
  }

  #key(): number | string {
    this.#count();
    const head = this.#byte();
    const type = head >> 5;
    if (type === major.unsigned) return this.#argument(head & 31);
    if (type === major.negative) return -1 - this.#argument(head & 31);
    if (type === major.text) {
      const length = this.#argument(head & 31);
      this.#skip(length);
      return this.#unicode(this.#at - length);
    }
    return this.#refuse('key-type', 'has a map key that is neither a whole number nor text');
  }

  /** A head's argument: a value or a length (RFC 8949 §3). Eight-byte arguments are never needed, so never read. */
  #argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.#byte();
    if (info === 25) return this.#byte() * 0x100 + this.#byte();
    if (info === 26) return (this.#byte() * 0x100 + this.#byte()) * 0x1_0000 + this.#byte() * 0x100 + this.#byte();
    if (info === indefiniteArgument) return this.#refuse('indefinite-length', 'has an indefinite length');
    if (info === 27) return this.#refuse('integer-range', 'has an integer or a length of more than 32 bits');
    return this.#refuse('malformed', 'has a head that CBOR does not define');
  }

  #simple(info: number): void {
    if (info >= simpleFalse && info <= simpleNull) return;
    if (info >= float16 && info <= float64) this.#refuse('float', 'has a floating-point number');
    this.#refuse('simple-value', 'has a simple value other than false, true and null');
  }

  /** Texts are checked in full; ASCII, the usual case, without a decoder. */
  #text(length: number): void {
    const start = this.#at;
    this.#skip(length);
    for (let at = start; at < this.#at; at++) {
      if ((this.#bytes[at] ?? 0) >= 0x80) {
        this.#unicode(start);
        return;
      }
    }
  }

  /** The text from `start` to here. No byte order mark: some decoders swallow it, and two keys could become one. */
  #unicode(start: number): string {
    try {
      const text = utf8.decode(this.#bytes.subarray(start, this.#at));
      if (!text.startsWith('\ufeff')) return text;
    } catch {
      // Refused below, in our words.
    }
    return this.#refuse('bad-text', 'has text that is not plain UTF-8');
  }

  #skip(length: number): void {
    if (length > this.#bytes.length - this.#at) this.#truncated();
    this.#at += length;
  }

  /** Every child is at least one byte, so a length beyond the rest is a lie: refuse it before looping over it. */
  #enter(children: number, depth: number): void {
    if (depth > this.#limits.depthMax) this.#refuse('too-deep', `nests deeper than ${this.#limits.depthMax} levels`);
    if (children > this.#bytes.length - this.#at) this.#truncated();
  }

  #count(): void {
    this.#items += 1;
    if (this.#items > this.#limits.itemsMax)
      this.#refuse('too-many-items', `has more than ${this.#limits.itemsMax} items`);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) return this.#truncated();
    this.#at += 1;
    return byte;
  }

  #repeated(key: number | string): never {
    return this.#refuse('duplicate-key', `has the key ${JSON.stringify(key)} twice in one map`);
  }

  #truncated(): never {
    return this.#refuse('truncated', 'ends in the middle of an item');
  }

  #refuse(code: ProtocolErrorCode, problem: string): never {
    throw new ProtocolError(code, `${problem} (byte ${this.#at})`);
  }
}
