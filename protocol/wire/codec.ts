import { decode, encode } from '../cbor.ts';
import { ProtocolError } from '../errors.ts';
import type { CborLimits } from '../limits.ts';
import { type Kind, mustBe } from './kind.ts';

/** Turns messages of one kind into bytes and back; what comes out of `decode` has been checked in full. */
export interface Codec<in out T> {
  /** @throws ProtocolError when the message breaks a rule of its kind */
  encode(message: T): Uint8Array;
  /** @throws ProtocolError when the bytes are no such message */
  decode(bytes: Uint8Array): T;
}

export function codec<T>(kind: Kind<T>, limits: CborLimits): Codec<T> {
  return {
    encode: (message) => encode(whole(kind, kind.write(message), message), limits),
    decode: (bytes) => {
      const wire = decode(bytes, limits);
      return whole(kind, kind.read(wire), wire);
    },
  };
}

function whole<R>(kind: Kind<unknown>, result: R | undefined, found: unknown): R {
  if (result === undefined) throw new ProtocolError('invalid', mustBe(kind.rule, found));
  return result;
}
