import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { joined } from '../../protocol/cose/bytes.ts';

/** The hash before the first record. */
export const GENESIS: Uint8Array = new Uint8Array(32);

/** Each record's hash covers the one before it, so nothing in between can be changed or left out unnoticed. */
export function chainHash(previous: Uint8Array, body: Uint8Array): Uint8Array {
  return sha256(joined([previous, body]));
}

/** Sixteen hexadecimal digits: enough against bits that fall over, and short in a register. */
export function hashOf(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)).subarray(0, 8));
}
