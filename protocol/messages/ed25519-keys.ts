import * as v from 'valibot';
import { type Kind, refusal } from '../wire/kind.ts';

/** Either half of an Ed25519 key (RFC 8032 §5.1.5). */
export const keyBytes = 32;

export const publicKey = half('public');
export const secretKey = half('secret');

function half(name: 'public' | 'secret'): Kind<Uint8Array> {
  const rule = `an Ed25519 ${name} key of ${keyBytes} bytes`;
  const check = (value: unknown) => (value instanceof Uint8Array && value.length === keyBytes ? value : undefined);
  return {
    name: `${name}-key`,
    rule,
    schema: v.custom<Uint8Array>((value) => check(value) !== undefined, refusal(rule)),
    cddl: `bstr .size ${keyBytes}`,
    parts: [],
    write: check,
    read: check,
  };
}
