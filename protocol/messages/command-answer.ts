import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { integer, literal } from '../wire/kinds.ts';
import { list } from '../wire/list.ts';
import { type Fields, field, optional, record } from '../wire/record.ts';
import { union } from '../wire/union.ts';
import { selfTestSelection } from './command.ts';
import { commandId, epochSeconds } from './common.ts';
import { sha256 } from './digest.ts';
import { refusals } from './refusal.ts';
import { testedPart, testedPartsMax } from './self-test-report.ts';
import { logBytesMax, messageButtonsMax, reportLimits } from './signed-limits.ts';

function answer<const T extends string, const F extends Fields>(status: T, number: number, fields: F) {
  const common = {
    status: field(0, literal(status, number)),
    id: field(1, commandId),
    hash: field(2, sha256),
    at: field(3, epochSeconds),
  };
  return record(`command-${status}`, { ...common, ...fields }, { unknownKeys: 'ignored' });
}

export const commandAnswerKind = union('command-answer', [
  answer('accepted', 1, {}),
  answer('done', 2, {
    button: optional(4, integer(1, messageButtonsMax)),
    faulty: optional(5, selfTestSelection),
    logBytes: optional(6, integer(0, logBytesMax)),
    tested: optional(8, list(testedPart, 1, testedPartsMax)),
  }),
  answer('refused', 3, { errors: field(7, refusals) }),
  answer('failed', 4, { errors: field(7, refusals) }),
]);

/**
 * What became of a command, stored with it and sent again for each duplicate. `hash` (SHA-256 of the signed payload)
 * says which command is meant when a centre that lost its own records uses an id twice. `at`: when the unit said so,
 * epoch seconds. `accepted` is followed by another answer; `done`, `refused` (nothing was done) and `failed` (it was
 * begun) are final. `button`: which button answered a message, the first is 1. `faulty`: the parts of which a self-test
 * says that they are not well, absent when there are none; `tested`: what it says of each. `logBytes`: how much log was
 * sent. An answer never quotes what the citizen was shown.
 */
export type CommandAnswer = TypeOf<typeof commandAnswerKind>;

const answerCodec = codec(commandAnswerKind, reportLimits);

/** @throws ProtocolError */
export function encodeCommandAnswer(answer: CommandAnswer): Uint8Array {
  return answerCodec.encode(answer);
}

/** @throws ProtocolError */
export function decodeCommandAnswer(bytes: Uint8Array): CommandAnswer {
  return answerCodec.decode(bytes);
}
