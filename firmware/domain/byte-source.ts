/** Bytes that stand still while somebody reads them, piece by piece. */
export interface ByteSource {
  readonly bytes: number;
  /** From `offset` on, `length` bytes or what is left. @throws Error when the medium does not give them */
  read(offset: number, length: number): Uint8Array;
}

export function sourceOfBytes(bytes: Uint8Array): ByteSource {
  return { bytes: bytes.length, read: (offset, length) => bytes.slice(offset, offset + length) };
}
