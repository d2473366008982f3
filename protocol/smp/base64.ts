const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const pad = 0x3d;
const codes = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));
const invalid = 0xff;
const values = new Uint8Array(256).fill(invalid);
for (const [value, code] of codes.entries()) values[code] = value;

/** True for the 64 letters and the padding. */
export function isBase64Byte(byte: number): boolean {
  return byte === pad || values[byte] !== invalid;
}

/** The letters, as ASCII bytes, with padding (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): Uint8Array {
  const letters = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(pad);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const count = Math.min(3, bytes.length - from);
    const group = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    for (let letter = 0; letter <= count; letter += 1) {
      letters[to + letter] = codes[(group >> (18 - 6 * letter)) & 63] ?? pad;
    }
  }
  return letters;
}

/** The bytes; undefined for another alphabet, a wrong length, misplaced padding or stray bits in the last letter. */
export function decodeBase64(letters: Uint8Array): Uint8Array | undefined {
  if (letters.length % 4 !== 0) return undefined;
  const padding = Number(letters.at(-1) === pad) * (letters.at(-2) === pad ? 2 : 1);
  const end = letters.length - padding;
  const bytes = new Uint8Array(Math.floor((end * 3) / 4));
  let [held, bits, to] = [0, 0, 0];
  for (const letter of letters.subarray(0, end)) {
    const value = values[letter] ?? invalid;
    if (value === invalid) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[to] = (held >> bits) & 0xff;
    to += 1;
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}
