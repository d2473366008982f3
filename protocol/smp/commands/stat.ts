import * as v from 'valibot';
import { reading } from '../command.ts';
import { counter, listOf, named, none, text } from '../fields.ts';
import { smpGroup, statCommand } from '../numbers.ts';

const at = (command: number) => ({ group: smpGroup.stat, command });

/** Group 2. Source: Zephyr, "Statistics management". */
export const stat = {
  data: reading(at(statCommand.data), v.object({ name: text }), v.object({ name: text, fields: named(counter) })),
  list: reading(at(statCommand.list), none, v.object({ stat_list: listOf(text) })),
} as const;
