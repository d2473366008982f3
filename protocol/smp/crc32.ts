const polynomial = 0xedb88320;
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ polynomial;
  return crc;
});

/** CRC-32 of IEEE 802.3, as zlib and Zephyr's `crc32` have it; of `123456789` it is 0xcbf43926. */
export class Crc32 {
  #crc = 0xffff_ffff;

  update(bytes: Uint8Array): this {
    let crc = this.#crc;
    for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
    this.#crc = crc;
    return this;
  }

  /** 0 to 2^32 − 1. */
  digest(): number {
    return (this.#crc ^ 0xffff_ffff) >>> 0;
  }
}
