import type * as v from 'valibot';
import type { CborValue } from '../cbor.ts';
import { isProtocolError, ProtocolError } from '../errors.ts';

/**
 * One kind of value, told once: what it is in TypeScript (`T`), how it is checked (`schema`, for what people write),
 * how it travels (`write`, `read`) and how it is described to others (`cddl`). `write` and `read` check by themselves
 * and do not use `schema`: they run for every event of every unit.
 */
export interface Kind<out T> {
  /** The CDDL rule's name; a kind without one is described where it is used. */
  readonly name?: string;
  /** Completes "must be …". */
  readonly rule: string;
  readonly schema: v.GenericSchema<unknown, T>;
  /** The CDDL type (RFC 8610). */
  readonly cddl: string;
  /** Kinds that `cddl` mentions. */
  readonly parts: readonly Kind<unknown>[];
  /** The value's form on the wire; `undefined` when it breaks the rule. @throws ProtocolError from inside a container */
  write(value: unknown): CborValue | undefined;
  /** The value of a form on the wire; `undefined` when it breaks the rule. @throws ProtocolError from inside a container */
  read(wire: CborValue): T | undefined;
}

/** The TypeScript type that a kind stands for. */
export type TypeOf<K> = K extends Kind<infer T> ? T : never;

/** How CDDL refers to a kind. */
export function cddlName(kind: Kind<unknown>): string {
  return kind.name ?? kind.cddl;
}

/** Writes a part of a container. @throws ProtocolError naming the place */
export function writePart(place: string, kind: Kind<unknown>, value: unknown): CborValue {
  let wire: CborValue | undefined;
  try {
    wire = kind.write(value);
  } catch (error) {
    throw isProtocolError(error) ? error.within(place) : error;
  }
  if (wire === undefined) throw new ProtocolError('invalid', mustBe(kind.rule, value), { path: place });
  return wire;
}

/** Reads a part of a container. @throws ProtocolError naming the place */
export function readPart<T>(place: string, kind: Kind<T>, wire: CborValue): T {
  let value: T | undefined;
  try {
    value = kind.read(wire);
  } catch (error) {
    throw isProtocolError(error) ? error.within(place) : error;
  }
  if (value === undefined) throw new ProtocolError('invalid', mustBe(kind.rule, wire), { path: place });
  return value;
}

export function mustBe(rule: string, found: unknown): string {
  return `must be ${rule}, not ${shown(found)}`;
}

/** The same sentence where valibot asks for one. */
export function refusal(rule: string): (issue: v.BaseIssue<unknown>) => string {
  return (issue) => mustBe(rule, issue.input);
}

const shownCharsMax = 40;

/** A found value as it may stand in a sentence: short, and containers only by what they are. */
function shown(value: unknown): string {
  if (typeof value === 'string')
    return value.length <= shownCharsMax ? JSON.stringify(value) : `a text of ${value.length} characters`;
  if (value === undefined) return 'nothing';
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return value instanceof Uint8Array ? `${value.length} bytes` : 'a group of settings';
}
