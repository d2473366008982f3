import { expect } from 'vitest';
import { isProtocolError, type ProtocolError } from '../../../protocol/errors.ts';

/** The refusal that `act` ends with; anything else fails the test. */
export function refusalOf(act: () => unknown): ProtocolError {
  try {
    act();
  } catch (error) {
    if (isProtocolError(error)) return error;
    throw error;
  }
  return expect.fail('nothing was refused');
}

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
