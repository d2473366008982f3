import * as v from 'valibot';
import { rolls } from '../../messages/common.ts';
import { refusal } from '../../wire/kind.ts';
import { reading, writing } from '../command.ts';
import { none, text, uint } from '../fields.ts';
import { fillingCommand, ownGroup } from '../numbers.ts';

const at = (command: number) => ({ group: ownGroup.filling, command });

/** The longest roll: 28 days with ten sachets a day, and empty ones at both ends. */
export const loadSachetsMax = 300;

const sachetRule = 'a pair of slot and date, true for one without a label, or null for an empty one';
const sachet = v.union([v.tuple([text, text]), v.literal(true), v.null()], refusal(sachetRule));
const bay = v.picklist(rolls, refusal(`one of ${rolls.join(', ')}`));
const listRule = `a list of 1 to ${loadSachetsMax} sachets`;

/** Group 68: what was done while the service door stood open with its key. */
export const filling = {
  /** A roll was fitted; sachets head first, `[slot, date]`, `true` without a label, `null` when empty. */
  load: writing(
    at(fillingCommand.load),
    v.object({
      roll: bay,
      sachets: v.pipe(
        v.array(sachet, refusal(listRule)),
        v.minLength(1, refusal(listRule)),
        v.maxLength(loadSachetsMax, refusal(listRule)),
      ),
    }),
    none,
  ),
  binEmptied: writing(at(fillingCommand.binEmptied), none, none),
  /**
   * What a bay still holds, head first, as `load` says it; none for a bay that holds nothing. The first `over` of them
   * belong to doses that have ended: whoever fits the roll elsewhere cuts them off.
   */
  rolls: reading(
    at(fillingCommand.rolls),
    v.object({ roll: bay }),
    v.object({ sachets: v.array(sachet), over: uint() }),
  ),
} as const;
