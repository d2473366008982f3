import * as v from 'valibot';
import { settlements } from '../../messages/event.ts';
import { refusal } from '../../wire/kind.ts';
import { reading, writing } from '../command.ts';
import { listOf, none, text, uint } from '../fields.ts';
import { faultCommand, ownGroup } from '../numbers.ts';

const at = (command: number) => ({ group: ownGroup.fault, command });
const dose = { slot: text, date: text };

/** Group 67: what is wrong, and what a person did about it. */
export const fault = {
  /** `code` as in `alarmCodes` and `lockdownCodes`; `number` is what people read out on the telephone. Never which dose it was. */
  list: reading(at(faultCommand.list), none, v.object({ faults: listOf(v.object({ code: text, number: uint() })) })),
  /** The mechanism is put right; it is inspected before anything moves. */
  repaired: writing(at(faultCommand.repaired), none, none),
  /** Doses of which nobody knows what became of them. */
  doubts: reading(at(faultCommand.doubts), none, v.object({ doses: listOf(v.object(dose)) })),
  /** What a person found out about a dose in doubt. `date` is written YYYY-MM-DD. */
  settle: writing(
    at(faultCommand.settle),
    v.object({ ...dose, fate: v.picklist(settlements, refusal(`one of ${settlements.join(', ')}`)) }),
    none,
  ),
} as const;
