import { readdirSync, readFileSync } from 'node:fs';
import { type CborMap, type CborValue, decode, encode } from '../../protocol/cbor.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import type { CborLimits } from '../../protocol/limits.ts';
import type { Random } from '../../sim/kernel/random.ts';

const wide: CborLimits = { bytesMax: 1 << 20, depthMax: 100, itemsMax: 100_000 };
const sign1Tag = 0xd2;
const vectors = new URL('../../protocol/vectors/', import.meta.url);

/** Every golden document there is, whatever it is a vector of. */
export function goldenBytes(): Uint8Array[] {
  return readdirSync(vectors).flatMap((name) => hexIn(JSON.parse(readFileSync(new URL(name, vectors), 'utf8'))));
}

function hexIn(value: unknown): Uint8Array[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    key === 'hex' ? [new Uint8Array(Buffer.from(part as string, 'hex'))] : hexIn(part),
  );
}

export function noise(random: Random, bytesMax: number): Uint8Array {
  return Uint8Array.from({ length: random.below(bytesMax) }, () => random.below(256));
}

/** A message that was sound once: with a bit turned, a piece gone, doubled or put in, or other values in its fields. */
export function spoilt(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random.below(8)) {
    case 0:
      return Buffer.concat([head, noise(random, 12), tail]);
    case 1:
      return head.slice();
    case 2:
      return Buffer.concat([head, tail, tail]);
    case 3:
    case 4:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << random.below(8)) : byte));
    default:
      return otherwise(random, bytes);
  }
}

/** The same message with other values in its fields, also deep inside byte strings that hold CBOR themselves. */
export function otherwise(random: Random, bytes: Uint8Array): Uint8Array {
  const tagged = bytes[0] === sign1Tag;
  const value = read(tagged ? bytes.subarray(1) : bytes);
  if (value === undefined) return noise(random, 200);
  const changed = write(changedValue(random, value));
  return tagged ? Uint8Array.of(sign1Tag, ...changed) : changed;
}

export function read(bytes: Uint8Array): CborValue | undefined {
  try {
    return decode(bytes, wide);
  } catch (error) {
    if (isProtocolError(error)) return undefined;
    throw error;
  }
}

export function write(value: CborValue): Uint8Array {
  return encode(value, wide);
}

export function changedValue(random: Random, value: CborValue): CborValue {
  if (random.chance(0.15)) return hostileValue(random, 3);
  if (value instanceof Map) return changedMap(random, value);
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1);
    if (random.chance(0.2)) return [...value, ...value.slice(0, 1), hostileValue(random, 2)];
    return value.map((part: CborValue, index) => (index === at ? changedValue(random, part) : part));
  }
  const inner = value instanceof Uint8Array && value.length > 1 ? read(value) : undefined;
  if (typeof inner === 'object' && inner !== null) return write(changedValue(random, inner));
  return hostileValue(random, 2);
}

function changedMap(random: Random, map: CborMap): CborMap {
  const changed = new Map(map);
  const keys = [...changed.keys()];
  const key = keys[random.below(Math.max(1, keys.length))];
  const way = random.below(7);
  if (key === undefined || way === 0) changed.set(random.below(300), hostileValue(random, 2));
  else if (way === 1) changed.delete(key);
  else changed.set(key, changedValue(random, changed.get(key) as CborValue));
  return changed;
}

function hostileValue(random: Random, depth: number): CborValue {
  const kinds: readonly (() => CborValue)[] = [
    () => random.pick([0, 1, 2, 23, 24, 255, 256, 1439, 1440, 65_535, 65_536, 0xffff_ffff, -1, -0x8000_0000]),
    () => random.below(0xffff_ffff),
    () =>
      random.pick(['', 'morning', '__proto__', 'constructor', '\u0000', '../../etc/passwd', "'; DROP TABLE dose;--"]),
    () => 'æ'.repeat(random.below(300)),
    () => noise(random, 100),
    () => random.pick([true, false, null]),
    () => nested(random.below(40)),
    () => Array.from({ length: random.below(80) }, (_, index) => index),
    () => new Map([[random.below(20), depth > 0 ? hostileValue(random, depth - 1) : 0]]),
  ];
  return random.pick(kinds)();
}

function nested(depth: number): CborValue {
  return depth === 0 ? 0 : [nested(depth - 1)];
}
