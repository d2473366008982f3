import * as v from 'valibot';
import { ProtocolError } from '../errors.ts';
import { cddlName, type Kind, mustBe, type TypeOf } from './kind.ts';
import type { LiteralKind } from './kinds.ts';
import type { Fields, RecordKind } from './record.ts';

/** One of several records. Each begins with a literal field of the same name and key, which tells them apart. */
export function union<const R extends readonly RecordKind<unknown, Fields>[]>(
  name: string,
  members: R,
): Kind<TypeOf<R[number]>> {
  const tags = members.map(tagOf);
  const [first] = tags;
  if (first === undefined) throw new TypeError(`The union ${name} has no members.`);
  const { property, key } = first;
  const tagRule = `one of ${tags.map((tag) => String(tag.value)).join(', ')}`;
  const rule = `a group whose ${property} is ${tagRule}`;
  type T = TypeOf<R[number]>;
  const byValue = new Map<unknown, Kind<unknown>>(tags.map((tag) => [tag.value, tag.member]));
  const byWire = new Map<unknown, Kind<unknown>>(tags.map((tag) => [tag.wire, tag.member]));
  const pick = (kinds: ReadonlyMap<unknown, Kind<unknown>>, tag: unknown): Kind<unknown> => {
    const kind = kinds.get(tag);
    if (kind === undefined) throw new ProtocolError('unknown-type', mustBe(tagRule, tag), { path: property });
    return kind;
  };
  return {
    name,
    rule,
    schema: v.variant(property, members.map((member) => member.schema) as never, (issue) =>
      mustBe(issue.expected === 'Object' ? rule : tagRule, issue.input),
    ) as unknown as v.GenericSchema<unknown, T>,
    cddl: members.map(cddlName).join(' / '),
    parts: members,
    write: (value) =>
      typeof value === 'object' && value !== null
        ? pick(byValue, (value as Readonly<Record<string, unknown>>)[property]).write(value)
        : undefined,
    read: (wire) => (wire instanceof Map ? (pick(byWire, wire.get(key)).read(wire) as T | undefined) : undefined),
  };
}

function tagOf(member: RecordKind<unknown, Fields>) {
  const [property, { key, kind }] = Object.entries(member.fields)[0] ?? ['', { key: -1, kind: undefined }];
  if (kind === undefined || !('wire' in kind))
    throw new TypeError(`${member.name} does not begin with a literal field.`);
  const { value, wire } = kind as LiteralKind<unknown>;
  return { member, property, key, value, wire };
}
