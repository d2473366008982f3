import { type CborValue, decode } from '../cbor.ts';
import { ProtocolError } from '../errors.ts';
import { eventLimits, stockCountMax } from '../limits.ts';
import { salvageInteger } from '../salvage.ts';
import { codec } from '../wire/codec.ts';
import { readPart, type TypeOf } from '../wire/kind.ts';
import { choice, flag, integer, literal, truth } from '../wire/kinds.ts';
import { type Fields, field, optional, record } from '../wire/record.ts';
import { union } from '../wire/union.ts';
import { alarmCode } from './alarm.ts';
import { commandTypes } from './command-types.ts';
import {
  civilDate,
  commandId,
  configVersion,
  counter,
  epochSeconds,
  firmwareName,
  passId,
  roll,
  seq,
  seqOrNone,
  slotId,
  streamEpoch,
} from './common.ts';
import { refusalCode } from './refusal.ts';
import { serviceActs } from './service-acts.ts';

export { type AlarmCode, type AlarmPriority, alarmCodes, alarmPriority } from './alarm.ts';
export { type Roll, rolls } from './common.ts';

/**
 * Why a dose did not take its usual way. `not-taken`: the window closed and nobody pressed; `blocked`: the unit could
 * not release (fault, suspect time, power, door); `power-off`: the unit was off during the window. Append only.
 */
export const releaseReasons = [
  'not-taken',
  'blocked',
  'no-stock',
  'min-interval',
  'away',
  'paused',
  'power-off',
  'jam',
  'no-evidence',
  'left-in-cup',
  'regimen-changed',
  'partial',
] as const;
export type ReleaseReason = (typeof releaseReasons)[number];

export const presences = ['home', 'away', 'paused'] as const;
export type Presence = (typeof presences)[number];

/** What a person settles an uncertain dose as. */
export const settlements = ['taken', 'missed'] as const;
export type Settlement = (typeof settlements)[number];

export const powerSources = ['mains', 'battery'] as const;
export type PowerSource = (typeof powerSources)[number];

/** Why the pocket tag was not reached: it is elsewhere or without power, or the unit's own radio does not work. */
export const tagMisses = ['range', 'radio'] as const;

const reason = choice('reason', releaseReasons);

const seqField = field(1, seq);

// Keys 0 to 5 mean the same in every event; from 6 on each type uses its own. Never reuse a key or a type number.
const dose = { slot: field(4, slotId), date: field(5, civilDate) };
const alarm = { code: field(6, alarmCode), slot: optional(4, slotId), date: optional(5, civilDate) };

function event<const T extends string, const F extends Fields>(type: T, number: number, fields: F) {
  const common = {
    type: field(0, literal(type, number)),
    seq: seqField,
    at: field(2, epochSeconds),
    suspect: optional(3, flag),
  };
  return record(type, { ...common, ...fields }, { unknownKeys: 'ignored' });
}

export const eventKind = union('event', [
  event('dose.released', 1, { ...dose, roll: field(6, roll) }),
  event('dose.presented', 2, dose),
  event('dose.taken', 3, { ...dose, late: optional(6, flag), inferred: optional(7, flag) }),
  event('dose.missed', 4, { ...dose, reason: field(6, reason) }),
  event('dose.retracted', 5, dose),
  event('dose.withheld', 6, { ...dose, reason: field(6, reason) }),
  event('dose.takenOut', 7, dose),
  event('dose.uncertain', 8, { ...dose, reason: field(6, reason) }),
  event('dose.settled', 9, { ...dose, fate: field(6, choice('fate', settlements)) }),
  event('sachet.swallowed', 10, { ...dose, roll: field(6, roll) }),
  event('alarm.raised', 11, alarm),
  event('alarm.cleared', 12, alarm),
  event('presence.changed', 13, {
    presence: field(6, choice('presence', presences)),
    until: optional(7, epochSeconds),
  }),
  event('stock.loaded', 14, { roll: field(6, roll), count: field(7, integer(0, stockCountMax)) }),
  event('bin.emptied', 15, {}),
  event('door.opened', 16, { authorised: field(6, truth) }),
  event('door.closed', 17, {}),
  event('device.started', 18, { boot: field(6, counter), firmware: field(7, firmwareName) }),
  event('clock.suspected', 19, {}),
  event('clock.trusted', 20, {}),
  event('power.changed', 21, {
    source: field(6, choice('power-source', powerSources)),
    percent: field(7, integer(0, 100)),
  }),
  event('config.applied', 22, { version: field(6, configVersion) }),
  event('config.refused', 23, { version: optional(6, configVersion), code: field(7, refusalCode) }),
  event('command.obeyed', 24, { id: field(6, commandId), command: field(7, choice('command-type', commandTypes)) }),
  event('command.refused', 25, { id: optional(6, commandId), code: field(7, refusalCode) }),
  event('service.done', 26, {
    act: field(6, choice('service-act', serviceActs)),
    pass: optional(7, passId),
    cutOff: optional(8, flag),
  }),
  event('unit.handedOver', 27, {}),
  event('unit.tookOver', 28, { epoch: field(6, streamEpoch), through: field(7, seqOrNone) }),
  event('update.ended', 29, {
    id: field(6, commandId),
    firmware: field(7, firmwareName),
    code: optional(8, refusalCode),
  }),
  event('service.refused', 30, {
    act: field(6, choice('service-act', serviceActs)),
    pass: optional(7, passId),
    code: optional(8, refusalCode),
  }),
  event('dose.given', 31, { ...dose, late: optional(6, flag), ahead: optional(7, flag) }),
  event('reminder.heard', 32, dose),
  event('reminder.unreached', 33, { ...dose, why: field(6, choice('tag-miss', tagMisses)) }),
]);

/**
 * Something that happened on a unit and is never taken back. `seq` orders the events of one epoch; `at` is when it was
 * recorded, in epoch seconds, with `suspect` when the unit did not trust its clock then. A dose is named by slot and
 * local date. `update.ended`: `firmware`, which command `id` asked for, runs and has proved sound, or with a code why not.
 * `service.done`: by whoever holds that pass over the cable; without one by somebody who had none. With `cutOff` it was
 * begun, and whether it was done only the other records tell. `service.refused`: it was asked for, and changed nothing.
 * `config.refused` and `command.refused` have no version or id when nobody signed what came in; of such only
 * some in an hour are recorded. `unit.handedOver`: from here on the unit gives nothing any more, another takes its place;
 * `unit.tookOver`: it has taken the place of the unit with that epoch, whose records run `through`. `dose.given`: all of
 * it has come out of a unit that cannot see whether it is taken; `ahead` of its time, for a trip. `reminder.heard`: the
 * button of the pocket tag was pressed while it called for that dose, and nothing more; `reminder.unreached`: the tag was
 * to call for it and could not be reached. A record says that a dose was *removed*, never that the person swallowed it.
 */
export type DeviceEvent = TypeOf<typeof eventKind>;
export type DeviceEventType = DeviceEvent['type'];

/** Checks an event that comes from elsewhere than the wire. */
export const deviceEvent = eventKind.schema;

const eventCodec = codec(eventKind, eventLimits);

/** @returns a CBOR map with integer keys; at most 40 bytes for a dose event. @throws ProtocolError */
export function encodeEvent(event: DeviceEvent): Uint8Array {
  return eventCodec.encode(event);
}

/** @throws ProtocolError; with code `unknown-type` for an event of a newer unit; `readSeq` may still tell its number */
export function decodeEvent(bytes: Uint8Array): DeviceEvent {
  return eventCodec.decode(bytes);
}

/**
 * The sequence number alone, of any event from any version, also when what follows it is damaged: a receiver can store
 * the bytes of an event that it cannot read, and acknowledge them. @throws ProtocolError
 */
export function readSeq(bytes: Uint8Array): number {
  const number = seqOnWire(bytes);
  if (number === undefined) throw new ProtocolError('missing', `is missing; it must be ${seq.rule}`, { path: 'seq' });
  return readPart('seq', seq, number);
}

function seqOnWire(bytes: Uint8Array): CborValue | undefined {
  try {
    const wire = decode(bytes, eventLimits);
    return wire instanceof Map ? wire.get(seqField.key) : undefined;
  } catch (error) {
    const salvaged = salvageInteger(bytes, seqField.key);
    if (salvaged === undefined) throw error;
    return salvaged;
  }
}

export type EventPriority = 'alarm' | 'history';

/** What waits for an answer overtakes history on the way to the centre. */
export function eventPriority(type: DeviceEventType): EventPriority {
  return type.startsWith('alarm.') || type === 'dose.missed' || type === 'dose.uncertain' ? 'alarm' : 'history';
}
