/** Ed25519 (RFC 8032 §5.1). Pure: the same question has the same answer, on a board as in a simulation. */
export interface Signatures {
  /** Whether `signature` (64 bytes) is that of `message` under the raw public key (32 bytes). */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** The signature of `message` with the raw secret key (32 bytes). */
  sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array;
}
