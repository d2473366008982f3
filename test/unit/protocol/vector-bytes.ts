import { bytesOf, hexOf } from './thrown.ts';

/** JSON has no byte strings: the vectors write them as hexadecimal. These are the properties that hold some. */
const byteProperties = new Set(['events', 'hash', 'base', 'image', 'data', 'heir']);

/** A message of a vector as the programs have it. */
export function withBytes<T>(message: T): T {
  return convert(message, false) as T;
}

function convert(value: unknown, isBytes: boolean): unknown {
  if (typeof value === 'string') return isBytes ? bytesOf(value) : value;
  if (Array.isArray(value)) return value.map((part) => convert(part, isBytes));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, convert(part, byteProperties.has(name))]),
  );
}

/** What a decoder without our schemas sees, in the form of the vectors. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hexOf(value);
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Map ? Object.fromEntries([...value].map(([key, part]) => [key, plain(part)])) : value;
}
