import * as v from 'valibot';
import { type Kind, refusal } from '../wire/kind.ts';
import { sha256Bytes } from './signed-limits.ts';

/** SHA-256 (FIPS 180-4) of bytes, 32 bytes. Given by whoever has one: protocol brings no cryptography. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

const rule = `a SHA-256 of ${sha256Bytes} bytes`;
const check = (value: unknown) => (value instanceof Uint8Array && value.length === sha256Bytes ? value : undefined);

/** The kind of a hash of a document, a command or an image. */
export const sha256: Kind<Uint8Array> = {
  name: 'sha256',
  rule,
  schema: v.custom<Uint8Array>((value) => check(value) !== undefined, refusal(rule)),
  cddl: `bstr .size ${sha256Bytes}`,
  parts: [],
  write: check,
  read: check,
};
