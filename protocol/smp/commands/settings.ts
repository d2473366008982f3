import * as v from 'valibot';
import { reading, writing } from '../command.ts';
import { bytes, none, text, uint } from '../fields.ts';
import { settingsCommand, smpGroup } from '../numbers.ts';

const at = (command: number) => ({ group: smpGroup.settings, command });

/** Group 3. Source: Zephyr, "Settings (Config) Management Group". Sizes in bytes. */
export const settings = {
  /** `max_size` in the response tells that the value was cut to it. */
  read: reading(
    at(settingsCommand.value),
    v.object({ name: text, max_size: v.optional(uint()) }),
    v.object({ val: bytes, max_size: v.optional(uint()) }),
  ),
  write: writing(at(settingsCommand.value), v.object({ name: text, val: bytes }), none),
  remove: writing(at(settingsCommand.remove), v.object({ name: text }), none),
  commit: writing(at(settingsCommand.commit), none, none),
  load: reading(at(settingsCommand.storage), none, none),
  save: writing(at(settingsCommand.storage), v.object({ name: v.optional(text) }), none),
} as const;
