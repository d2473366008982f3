const major = { unsigned: 0, map: 5 } as const;

/**
 * The whole number at `key` of a CBOR map whose rest may be damaged: it is read when everything before it is sound and
 * made of whole numbers alone, as at the beginning of our messages (keys rise). Undefined when it cannot be reached.
 */
export function salvageInteger(bytes: Uint8Array, key: number): number | undefined {
  let at = 0;
  const argument = (type: number): number | undefined => {
    const head = bytes[at] ?? 0xff;
    const size = [1, 2, 4][(head & 31) - 24] ?? 0;
    if (head >> 5 !== type || (head & 31) > 26 || at + size >= bytes.length) return undefined;
    const number =
      size === 0 ? head & 31 : bytes.subarray(at + 1, at + 1 + size).reduce((sum, byte) => sum * 256 + byte, 0);
    at += 1 + size;
    return number;
  };
  const entries = argument(major.map) ?? 0;
  for (let entry = 0; entry < entries; entry += 1) {
    const found = argument(major.unsigned);
    const value = argument(major.unsigned);
    if (found === undefined || value === undefined) return undefined;
    if (found === key) return value;
  }
  return undefined;
}
