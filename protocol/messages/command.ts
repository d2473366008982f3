import { ProtocolError } from '../errors.ts';
import { imageBytesMax } from '../image/layout.ts';
import { messageCharsMax, takeOutDosesMax, windowMinutesMax } from '../limits.ts';
import { codec } from '../wire/codec.ts';
import type { Kind, TypeOf } from '../wire/kind.ts';
import { choice, integer, literal, selection } from '../wire/kinds.ts';
import { list } from '../wire/list.ts';
import { type Fields, field, optional, type RecordKind, record } from '../wire/record.ts';
import { union } from '../wire/union.ts';
import { type CommandType, commandTypes } from './command-types.ts';
import {
  civilDate,
  commandId,
  configVersion,
  deviceId,
  epochSeconds,
  firmwareName,
  slotId,
  streamEpoch,
} from './common.ts';
import { sha256 } from './digest.ts';
import { presences } from './event.ts';
import {
  buttonCharsMax,
  commandLimits,
  commandSecondsMax,
  logBytesMax,
  messageButtonsMax,
  silenceMinutesMax,
} from './signed-limits.ts';
import { spoken } from './spoken.ts';

export type { CommandType } from './command-types.ts';

/** What a self-test looks at. Append only: the position is the bit on the wire. */
export const selfTestParts = [
  'lamp',
  'sounder',
  'speech',
  'button',
  'lock',
  'motor',
  'sensors',
  'battery',
  'clock',
  'radio',
] as const;
export type SelfTestPart = (typeof selfTestParts)[number];

export const selfTestSelection = selection('self-test-parts', selfTestParts);

/** What `sendLog` asks for. Append only: the position is the number on the wire. */
export const logSources = ['log', 'trace'] as const;
export type LogSource = (typeof logSources)[number];

// An order is obeyed or refused: no record here ignores unknown keys.
const strict = { unknownKeys: 'refused' } as const;

const presence = choice('presence', presences);

/**
 * The state in which the sender saw the unit. Keys mean the same in each; a unit in another state does nothing. `epoch`
 * is that of the unit's ledger: one that has lost its storage, and with it the ids it has obeyed, obeys nothing older.
 */
const epoch = field(1, streamEpoch);
const expectedUnit = record('expected-unit', { epoch }, strict);
const expectedConfig = record('expected-config', { epoch, configVersion: field(2, configVersion) }, strict);
const expectedPresence = record('expected-presence', { epoch, presence: field(3, presence) }, strict);
const expectedFirmware = record('expected-firmware', { epoch, firmware: field(4, firmwareName) }, strict);

// Keys 0 to 5 mean the same in every command; from 8 on each type uses its own. Never reuse a key or a type number.
function command<const T extends CommandType, E, const F extends Fields>(
  type: T,
  expected: RecordKind<E, Fields>,
  fields: F,
) {
  const common = {
    type: field(0, literal(type, commandTypes.indexOf(type) + 1)),
    id: field(1, commandId),
    device: field(2, deviceId),
    issuedAt: field(3, epochSeconds),
    expiresAt: field(4, epochSeconds),
    expected: field(5, expected as Kind<E>),
  };
  return record(type, { ...common, ...fields }, strict);
}

export const commandKind = union('command', [
  command('openTakeOut', expectedConfig, {
    doses: field(8, integer(1, takeOutDosesMax)),
    awayUntil: optional(9, epochSeconds),
  }),
  command('pause', expectedPresence, {}),
  command('resume', expectedPresence, {}),
  command('extendWindow', expectedConfig, {
    slot: field(8, slotId),
    date: field(9, civilDate),
    closesAt: field(10, epochSeconds),
    minutes: field(11, integer(1, windowMinutesMax)),
  }),
  command('silence', expectedUnit, { minutes: field(8, integer(1, silenceMinutesMax)) }),
  command('message', expectedUnit, {
    text: field(8, spoken('message-text', messageCharsMax)),
    buttons: optional(9, list(spoken('button-text', buttonCharsMax), 1, messageButtonsMax)),
  }),
  command('selfTest', expectedUnit, { parts: optional(8, selfTestSelection) }),
  command('sendLog', expectedUnit, {
    source: field(8, choice('log-source', logSources)),
    since: optional(9, epochSeconds),
    bytesMax: field(10, integer(1, logBytesMax)),
  }),
  command('restart', expectedUnit, {}),
  command('update', expectedFirmware, {
    image: field(8, sha256),
    imageBytes: field(9, integer(1, imageBytesMax)),
    firmware: field(10, firmwareName),
  }),
]);

/**
 * Something the centre asks of one unit. `id` rises with each command to that unit. Obeyed from `issuedAt` until before
 * `expiresAt` (epoch seconds, at most 14 days apart) and only in the state `expected`.
 * `openTakeOut`: the next `doses` doses ahead; quiet until `awayUntil` when it is given. `extendWindow`: the window of
 * one dose, which closes at `closesAt` as the sender sees it, stays open `minutes` longer; a second such command finds
 * another closing time and does nothing. `silence`: minutes without the reminder's sound; never without its light, and
 * never without an alarm. `message`: shown and spoken; `buttons` answer it. `selfTest`: all parts when none are named.
 * `sendLog`: the newest `bytesMax` bytes from `since` on. `update`: the image file with this SHA-256 and size, which
 * says it is `firmware`; `expected` names the one that it replaces.
 */
export type Command = TypeOf<typeof commandKind>;

const commandCodec = codec(commandKind, commandLimits);

/** @returns a CBOR map with integer keys: what is signed. @throws ProtocolError */
export function encodeCommand(command: Command): Uint8Array {
  checkTimes(command);
  return commandCodec.encode(command);
}

/** @throws ProtocolError, also for what is not known here: a command is obeyed in full or not at all */
export function decodeCommand(bytes: Uint8Array): Command {
  const command = commandCodec.decode(bytes);
  checkTimes(command);
  return command;
}

function checkTimes({ issuedAt, expiresAt }: Command): void {
  if (expiresAt > issuedAt && expiresAt - issuedAt <= commandSecondsMax) return;
  throw new ProtocolError(
    'invalid',
    `must be 1 to ${commandSecondsMax} seconds after issuedAt (${issuedAt}), not ${expiresAt}`,
    { path: 'expiresAt' },
  );
}
