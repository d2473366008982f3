import * as v from 'valibot';
import { reading, writing } from '../command.ts';
import { bytes, none, uint } from '../fields.ts';
import { handoverCommand, ownGroup } from '../numbers.ts';

const at = (command: number) => ({ group: ownGroup.handover, command });

/** Group 70: one unit takes the place of another. Sizes and offsets in bytes of a handover document. */
export const handover = {
  /** Locks the unit for good: another is to take its place. Asked again, it is done already. */
  give: writing(at(handoverCommand.give), none, none),
  /** What the unit knew of the citizen's doses then. */
  read: reading(
    at(handoverCommand.read),
    v.object({ off: uint() }),
    v.object({ off: uint(), data: bytes, len: uint() }),
  ),
  /** From the front, piece by piece, `len` with the first. With the last piece it is taken over, all of it or nothing. */
  take: writing(
    at(handoverCommand.take),
    v.object({ off: uint(), data: bytes, len: v.optional(uint()) }),
    v.object({ off: uint() }),
  ),
} as const;
