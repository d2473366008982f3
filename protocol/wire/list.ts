import * as v from 'valibot';
import { cddlName, type Kind, readPart, refusal, writePart } from './kind.ts';

/** A list of `low` to `high` values of one kind. */
export function list<T>(kind: Kind<T>, low: number, high: number): Kind<readonly T[]> {
  const rule = `a list of ${low} to ${high}`;
  const say = refusal(rule);
  const fits = (value: unknown): value is readonly never[] =>
    Array.isArray(value) && value.length >= low && value.length <= high;
  return {
    rule,
    schema: v.pipe(v.array(kind.schema, say), v.minLength(low, say), v.maxLength(high, say)),
    cddl: `[${low}*${high} ${cddlName(kind)}]`,
    parts: [kind],
    write: (value) => (fits(value) ? value.map((part, index) => writePart(String(index), kind, part)) : undefined),
    read: (wire) => (fits(wire) ? wire.map((part, index) => readPart(String(index), kind, part)) : undefined),
  };
}
