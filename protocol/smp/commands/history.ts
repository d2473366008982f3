import * as v from 'valibot';
import { reading } from '../command.ts';
import { bytes, listOf, uint } from '../fields.ts';
import { historyCommand, ownGroup } from '../numbers.ts';

const at = (command: number) => ({ group: ownGroup.history, command });

/** Group 69: the unit's records, as the centre gets them. */
export const history = {
  /** Those after number `after`, oldest first, as many as fit. `body` is an event; `last` is the newest there is. */
  records: reading(
    at(historyCommand.records),
    v.object({ after: uint() }),
    v.object({ records: listOf(v.object({ seq: uint(), body: bytes })), last: uint() }),
  ),
} as const;
