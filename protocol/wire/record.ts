import * as v from 'valibot';
import type { CborMap, CborValue } from '../cbor.ts';
import { ProtocolError } from '../errors.ts';
import { cddlName, type Kind, mustBe, readPart, writePart } from './kind.ts';

/** One entry of a record: an integer key on the wire, a name in TypeScript (the name of the property that holds it). */
export interface Field<out T, out Optional extends boolean> {
  readonly key: number;
  readonly kind: Kind<T>;
  readonly optional: Optional;
}

export function field<T>(key: number, kind: Kind<T>): Field<T, false> {
  return { key, kind, optional: false };
}

/** A field that may be absent, on the wire and in TypeScript. */
export function optional<T>(key: number, kind: Kind<T>): Field<T, true> {
  return { key, kind, optional: true };
}

export type Fields = Readonly<Record<string, Field<unknown, boolean>>>;

type FieldType<F> = F extends Field<infer T, boolean> ? T : never;
type Flat<T> = { [K in keyof T]: T[K] };
export type RecordOf<F extends Fields> = Flat<
  { readonly [K in keyof F as F[K]['optional'] extends true ? never : K]: FieldType<F[K]> } & {
    readonly [K in keyof F as F[K]['optional'] extends true ? K : never]?: FieldType<F[K]>;
  }
>;

export interface RecordKind<out T, out F extends Fields> extends Kind<T> {
  readonly name: string;
  readonly fields: F;
}

export interface RecordOptions {
  /**
   * What a reader does with keys it does not know. `ignored` lets a newer sender tell more than an older reader
   * understands; `refused` is for what must be obeyed in full or not at all.
   */
  readonly unknownKeys: 'ignored' | 'refused';
}

/** A map with integer keys. Writing takes the declared fields and nothing else: only what is declared leaves. */
export function record<const F extends Fields>(
  name: string,
  fields: F,
  options: RecordOptions,
): RecordKind<RecordOf<F>, F> {
  const rows = rowsOf(name, fields);
  const rule = `a group of ${Object.keys(fields).join(', ')}`;
  const strict = options.unknownKeys === 'refused';

  const write = (value: unknown): CborMap | undefined => {
    if (typeof value !== 'object' || value === null) return undefined;
    const properties = value as Readonly<Record<string, unknown>>;
    const wire = new Map<number, CborValue>();
    for (const { property, key, kind, optional } of rows) {
      const part = properties[property];
      if (part !== undefined) wire.set(key, writePart(property, kind, part));
      else if (!optional) throw missing(property, kind);
    }
    return wire;
  };

  const read = (wire: CborValue): RecordOf<F> | undefined => {
    if (!(wire instanceof Map)) return undefined;
    const value: Record<string, unknown> = {};
    let known = 0;
    for (const { property, key, kind, optional } of rows) {
      const part: CborValue | undefined = wire.get(key);
      if (part !== undefined) {
        value[property] = readPart(property, kind, part);
        known += 1;
      } else if (!optional) throw missing(property, kind);
    }
    if (strict && known < wire.size) {
      throw new ProtocolError('unknown-key', 'has a key that this version does not know');
    }
    return value as RecordOf<F>;
  };

  return {
    name,
    fields,
    rule,
    schema: recordSchema(name, rule, fields) as unknown as v.GenericSchema<unknown, RecordOf<F>>,
    cddl: recordCddl(rows, strict),
    parts: rows.map((row) => row.kind),
    write,
    read,
  };
}

interface Row extends Field<unknown, boolean> {
  readonly property: string;
}

/** Fields in the order of their keys, so that one message has one form (RFC 8949 §4.2.1). */
function rowsOf(name: string, fields: Fields): readonly Row[] {
  const rows = Object.entries(fields).map(([property, { key, kind, optional }]) => ({ property, key, kind, optional }));
  if (new Set(rows.map((row) => row.key)).size < rows.length) throw new TypeError(`Two fields of ${name} share a key.`);
  return rows.sort((one, other) => one.key - other.key);
}

function missing(property: string, kind: Kind<unknown>): ProtocolError {
  return new ProtocolError('missing', `is missing; it must be ${kind.rule}`, { path: property });
}

function recordSchema(name: string, rule: string, fields: Fields): v.GenericSchema {
  const known = Object.keys(fields);
  const entries = Object.entries(fields).map(
    ([property, { kind, optional }]) => [property, optional ? v.exactOptional(kind.schema) : kind.schema] as const,
  );
  return v.strictObject(Object.fromEntries(entries), (issue) => {
    if (issue.expected === 'never')
      return `is not known in ${name}; remove it, or correct its name to one of ${known.join(', ')}`;
    const absent = known.find((property) => issue.expected === JSON.stringify(property));
    return absent === undefined ? mustBe(rule, issue.input) : `is missing; it must be ${fields[absent]?.kind.rule}`;
  });
}

/** `key:` cuts (RFC 8610 §3.5.4): a wrong value at a key of ours is not excused by the line for newer senders. */
function recordCddl(rows: readonly Row[], strict: boolean): string {
  const lines = rows.map(
    ({ property, key, kind, optional }) => `  ${optional ? '? ' : ''}${key}: ${cddlName(kind)}, ; ${property}`,
  );
  const extension = strict ? [] : ['  * uint => any ; from a newer sender, to be ignored'];
  return ['{', ...lines, ...extension, '}'].join('\n');
}
