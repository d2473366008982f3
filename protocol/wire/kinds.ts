import * as v from 'valibot';
import { type Kind, refusal } from './kind.ts';

/** A whole number from `low` to `high`, both included. */
export function integer(low: number, high: number, name?: string): Kind<number> {
  const rule = `a whole number from ${low} to ${high}`;
  const check = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high ? value : undefined;
  const say = refusal(rule);
  return {
    ...named(name),
    rule,
    schema: v.pipe(v.number(say), v.integer(say), v.minValue(low, say), v.maxValue(high, say)),
    cddl: `${low}..${high}`,
    parts: [],
    write: check,
    read: check,
  };
}

/** Text that matches `pattern`. `cddl` says the same, as far as CDDL can. */
export function text(pattern: RegExp, options: { rule: string; cddl: string; name?: string }): Kind<string> {
  const check = (value: unknown) => (typeof value === 'string' && pattern.test(value) ? value : undefined);
  const say = refusal(options.rule);
  return { ...options, schema: v.pipe(v.string(say), v.regex(pattern, say)), parts: [], write: check, read: check };
}

/** Text in the program, a number on the wire. `numberOf` and `textOf` are each other's inverse from `low` to `high`. */
export function numbered(options: {
  name: string;
  rule: string;
  low: number;
  high: number;
  numberOf(text: string): number | undefined;
  textOf(number: number): string;
}): Kind<string> {
  const { low, high, numberOf, textOf } = options;
  const onWire = integer(low, high);
  const write = (value: unknown) => {
    const number = typeof value === 'string' ? numberOf(value) : undefined;
    return number !== undefined && number >= low && number <= high ? number : undefined;
  };
  const say = refusal(options.rule);
  return {
    name: options.name,
    rule: options.rule,
    schema: v.pipe(
      v.string(say),
      v.check((value) => write(value) !== undefined, say),
    ),
    cddl: onWire.cddl,
    parts: [],
    write,
    read: (wire) => {
      const number = onWire.read(wire);
      return number === undefined ? undefined : textOf(number);
    },
  };
}

/** One of `words`; on the wire its position in the list, so a list may grow at its end and never change otherwise. */
export function choice<const W extends string>(name: string, words: readonly W[]): Kind<W> {
  const rule = `one of ${words.join(', ')}`;
  const numbers = new Map<unknown, number>(words.map((word, number) => [word, number]));
  return {
    name,
    rule,
    schema: v.picklist(words, refusal(rule)),
    cddl: `&(${words.map((word, number) => `${word}: ${number}`).join(', ')})`,
    parts: [],
    write: (value) => numbers.get(value),
    read: (wire) => (typeof wire === 'number' ? words[wire] : undefined),
  };
}

/** Some of `words`, at least one, none twice; on the wire one bit for each, so they come back in the order of `words`. */
export function selection<const W extends string>(name: string, words: readonly W[]): Kind<readonly W[]> {
  const rule = `a list of different words out of ${words.join(', ')}, at least one`;
  const say = refusal(rule);
  const onWire = integer(1, 2 ** words.length - 1);
  const bits = new Map<unknown, number>(words.map((word, index) => [word, 2 ** index]));
  return {
    name,
    rule,
    schema: v.pipe(
      v.array(v.picklist(words, refusal(`one of ${words.join(', ')}`)), say),
      v.minLength(1, say),
      v.check((chosen) => new Set(chosen).size === chosen.length, say),
    ),
    cddl: onWire.cddl,
    parts: [],
    write: (value) => (Array.isArray(value) ? onWire.write(sumOfBits(value, bits)) : undefined),
    read: (wire) => {
      const sum = onWire.read(wire);
      return sum === undefined ? undefined : words.filter((_, index) => (sum & (2 ** index)) !== 0);
    },
  };
}

export interface LiteralKind<out T> extends Kind<T> {
  readonly value: T;
  readonly wire: number | boolean;
}

/** One fixed value, on the wire as `wire`. It tells the members of a union apart, and makes flags (`true` or absent). */
export function literal<const T extends string | boolean>(value: T, wire: number | boolean): LiteralKind<T> {
  return {
    rule: JSON.stringify(value),
    schema: v.literal(value, refusal(JSON.stringify(value))),
    cddl: String(wire),
    parts: [],
    write: (found) => (found === value ? wire : undefined),
    read: (found) => (found === wire ? value : undefined),
    value,
    wire,
  };
}

export const flag = literal(true, true);

const booleanRule = 'true or false';
const booleanCheck = (value: unknown) => (typeof value === 'boolean' ? value : undefined);

export const truth: Kind<boolean> = {
  rule: booleanRule,
  schema: v.boolean(refusal(booleanRule)),
  cddl: 'bool',
  parts: [],
  write: booleanCheck,
  read: booleanCheck,
};

/** A byte string, carried as it is. */
export function byteString(sizeMax: number, name: string): Kind<Uint8Array> {
  const rule = `1 to ${sizeMax} bytes`;
  const check = (value: unknown) =>
    value instanceof Uint8Array && value.length >= 1 && value.length <= sizeMax ? value : undefined;
  return {
    name,
    rule,
    schema: v.custom<Uint8Array>((value) => check(value) !== undefined, refusal(rule)),
    cddl: `bstr .size (1..${sizeMax})`,
    parts: [],
    write: check,
    read: check,
  };
}

/** The sum of the bits of `words`, 0 (which no selection has) when a word is unknown or stands twice. */
function sumOfBits(words: readonly unknown[], bits: ReadonlyMap<unknown, number>): number {
  let sum = 0;
  for (const word of words) {
    const bit = bits.get(word) ?? 0;
    if (bit === 0 || (sum & bit) !== 0) return 0;
    sum += bit;
  }
  return sum;
}

function named(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name };
}
