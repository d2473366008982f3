/**
 * A running 64-bit fingerprint of text lines: two FNV-1a lanes with different offsets, mixed at the end. It finds
 * accidental divergence cheaply; it is no protection against an adversary (the ledger's hash chain is).
 */
export class TraceHash {
  #low = 0x811c9dc5;
  #high = 0x2f72b421;
  #lines = 0;

  add(line: string): void {
    let low = this.#low;
    let high = this.#high;
    for (let i = 0; i < line.length; i += 1) {
      const unit = line.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x01000193);
      high = Math.imul(high ^ unit, 0x85ebca6b);
    }
    // The line end is hashed too, so that "ab","c" differs from "a","bc".
    this.#low = Math.imul(low ^ 10, 0x01000193);
    this.#high = Math.imul(high ^ (high >>> 15) ^ 10, 0xc2b2ae35);
    this.#lines += 1;
  }

  /** Sixteen lower-case hexadecimal digits; reading it does not disturb the run. */
  digest(): string {
    return hex(finish(this.#low ^ Math.imul(this.#lines, 0x9e3779b1))) + hex(finish(this.#high));
  }
}

function finish(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
