import * as v from 'valibot';
import { reading } from '../command.ts';
import { listOf, none, text, truth, uint } from '../fields.ts';
import { enumCommand, smpGroup } from '../numbers.ts';

const at = (command: number) => ({ group: smpGroup.enum, command });
const group = uint(0xffff);

/** Group 10. Source: Zephyr, "Enumeration Management Group". */
export const enumeration = {
  count: reading(at(enumCommand.count), none, v.object({ count: uint() })),
  list: reading(at(enumCommand.list), none, v.object({ groups: listOf(group) })),
  /** `index` from 0; `end` is true at the last group, and otherwise absent. */
  single: reading(
    at(enumCommand.single),
    v.object({ index: v.optional(uint()) }),
    v.object({ group, end: v.optional(truth) }),
  ),
  details: reading(
    at(enumCommand.details),
    v.object({ groups: v.optional(listOf(group)) }),
    v.object({ groups: listOf(v.object({ group, name: v.optional(text), handlers: v.optional(uint()) })) }),
  ),
} as const;
