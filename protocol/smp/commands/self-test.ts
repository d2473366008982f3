import * as v from 'valibot';
import { refusal } from '../../wire/kind.ts';
import { reading, writing } from '../command.ts';
import { listOf, none, text } from '../fields.ts';
import { ownGroup, selfTestCommand } from '../numbers.ts';

const at = (command: number) => ({ group: ownGroup.selfTest, command });

/** `person`: the unit did its part, somebody must say whether it was seen or heard. Append only; text on the wire. */
export const testOutcomes = ['untested', 'running', 'passed', 'failed', 'person'] as const;
export type TestOutcome = (typeof testOutcomes)[number];

/** Group 66: the self-test. Parts are named as in `selfTestParts`; a newer unit may have more. */
export const selfTest = {
  parts: reading(at(selfTestCommand.parts), none, v.object({ parts: listOf(text) })),
  /** Begins one part; `report` tells how it went. */
  run: writing(at(selfTestCommand.run), v.object({ part: text }), none),
  /** `found` is a short word of the unit's for what was measured, such as `battery-low`. */
  report: reading(
    at(selfTestCommand.report),
    none,
    v.object({
      results: listOf(
        v.object({
          part: text,
          outcome: v.picklist(testOutcomes, refusal(`one of ${testOutcomes.join(', ')}`)),
          found: v.optional(text),
        }),
      ),
    }),
  ),
} as const;
