import * as v from 'valibot';
import { kidBytesMax } from '../../cose/header.ts';
import { reading, writing } from '../command.ts';
import { bytes, bytesUpTo, listOf, none, uint } from '../fields.ts';
import { handoverCommand, ownGroup } from '../numbers.ts';

const at = (command: number) => ({ group: ownGroup.handover, command });

/** Group 70: one unit takes the place of another. Sizes and offsets in bytes of a handover document. */
export const handover = {
  /**
   * Locks the unit for good: the one with the attestation key that `heir` names (1 to 32 bytes) is to take its place. Asked
   * again for the same one, it is done already; for another one it is refused, and for one that would not believe this unit:
   * `believes` are the key ids of those whose word it takes.
   */
  give: writing(
    at(handoverCommand.give),
    v.object({ heir: bytesUpTo(kidBytesMax), believes: listOf(bytesUpTo(kidBytesMax)) }),
    none,
  ),
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
