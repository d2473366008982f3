import type { ProtocolError } from '../errors.ts';
import {
  configLimits,
  contactCharsMax,
  contactsMax,
  dailyMessagesMax,
  intervalMinutesMax,
  messageCharsMax,
  presentMinutesMax,
  quietMinutesMax,
  repeatMinutesMax,
  sachetsPerDoseMax,
  serviceNumberCharsMax,
  slotsMax,
  takeOutDosesMax,
  windowMinutesMax,
  zoneCharsMax,
} from '../limits.ts';
import { codec } from '../wire/codec.ts';
import { inspect } from '../wire/inspect.ts';
import type { TypeOf } from '../wire/kind.ts';
import { choice, integer, numbered, selection, text } from '../wire/kinds.ts';
import { list } from '../wire/list.ts';
import { field, optional, record } from '../wire/record.ts';
import { configVersion, counter, roll, slotId } from './common.ts';
import { spoken } from './spoken.ts';

/** Device profiles: what the machine is (see the domain page). Append only: the position is the number on the wire. */
export const profiles = ['tray', 'roll', 'dual-roll', 'cassette', 'clock', 'video', 'app'] as const;
export type ProfileName = (typeof profiles)[number];

/** Monday first, as in ISO 8601. Append nothing: the position is the number on the wire. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

export const languages = ['da', 'en'] as const;
export type Language = (typeof languages)[number];

const minutesPerDay = 24 * 60;
const timePattern = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Local wall time `HH:MM`; on the wire minutes since midnight. */
const timeOfDay = numbered({
  name: 'time-of-day',
  rule: 'a time written HH:MM, from 00:00 to 23:59',
  low: 0,
  high: minutesPerDay - 1,
  numberOf(time) {
    const match = timePattern.exec(time);
    return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
  },
  textOf: (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`,
});

const zonePattern = '[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}';
const zone = text(new RegExp(`^(?=.{1,${zoneCharsMax}}$)${zonePattern}$`), {
  name: 'zone',
  rule: 'the IANA name of a time zone, such as "Europe/Copenhagen"',
  cddl: `tstr .regexp "${zonePattern}"`,
});

const serviceNumber = text(new RegExp(`^[ -~]{1,${serviceNumberCharsMax}}$`), {
  name: 'service-number',
  rule: `a telephone number of 1 to ${serviceNumberCharsMax} characters, such as "+45 70 12 34 56"`,
  cddl: `tstr .regexp "[ -~]{1,${serviceNumberCharsMax}}"`,
});

// A setting is obeyed or the document is refused: no record here ignores unknown keys.
const strict = { unknownKeys: 'refused' } as const;

const slot = record(
  'slot',
  {
    id: field(1, slotId),
    at: field(2, timeOfDay),
    days: optional(3, selection('days', weekdays)),
    beforeMinutes: field(4, integer(0, windowMinutesMax)),
    afterMinutes: field(5, integer(1, windowMinutesMax)),
    sachets: optional(6, integer(1, sachetsPerDoseMax)),
    roll: optional(7, roll),
  },
  strict,
);

const regimen = record(
  'regimen',
  {
    slots: field(1, list(slot, 1, slotsMax)),
    minIntervalMinutes: optional(2, integer(0, intervalMinutesMax)),
    prescription: optional(3, counter),
  },
  strict,
);

const reminder = record(
  'reminder',
  {
    firmAfterMinutes: field(1, integer(0, windowMinutesMax)),
    urgentAfterMinutes: field(2, integer(0, windowMinutesMax)),
    lastCallMinutes: field(3, integer(0, windowMinutesMax)),
    repeatMinutes: field(4, integer(1, repeatMinutesMax)),
  },
  strict,
);

const dailyMessage = record(
  'daily-message',
  {
    id: field(1, slotId),
    at: field(2, timeOfDay),
    days: optional(3, selection('days', weekdays)),
    text: field(4, spoken('daily-message-text', messageCharsMax)),
  },
  strict,
);

/** Known to the centre, which alone knows whom it means. */
const contact = text(new RegExp(`^[A-Za-z0-9-]{1,${contactCharsMax}}$`), {
  name: 'contact-id',
  rule: `an opaque id of 1 to ${contactCharsMax} letters, digits and hyphens, never a name or a number to call`,
  cddl: `tstr .regexp "[A-Za-z0-9-]{1,${contactCharsMax}}"`,
});

export const configKind = record(
  'config',
  {
    version: field(1, configVersion),
    profile: field(2, choice('profile', profiles)),
    zone: field(3, zone),
    language: field(4, choice('language', languages)),
    serviceNumber: field(5, serviceNumber),
    regimen: field(6, regimen),
    reminder: optional(7, reminder),
    presentMinutes: optional(8, integer(1, presentMinutesMax)),
    takeOutDosesMax: optional(9, integer(0, takeOutDosesMax)),
    quietMinutes: optional(10, integer(0, quietMinutesMax)),
    messages: optional(11, list(dailyMessage, 1, dailyMessagesMax)),
    contacts: optional(12, list(contact, 1, contactsMax)),
  },
  strict,
);

/**
 * One dose a day: due at `at` local wall time, released from `beforeMinutes` before to `afterMinutes` after.
 * Without `days` every day, without `sachets` one.
 */
export type SlotConfig = TypeOf<typeof slot>;

/**
 * The prescribed schedule. `minIntervalMinutes` between releases; absent means 0. `prescription` is raised when the
 * medicine itself changes under the same slots: what is loaded then was packed for another one and must not be given.
 */
export type RegimenConfig = TypeOf<typeof regimen>;

/** Shown and spoken once on each of its days at `at`, while the citizen is at home. */
export type DailyMessageConfig = TypeOf<typeof dailyMessage>;

/** Overrides the profile's ladder. `lastCallMinutes` counts back from the end of the window. */
export type ReminderConfig = TypeOf<typeof reminder>;

/**
 * Everything that makes a machine one citizen's unit: whole documents only, applied in full or not at all. `contacts`:
 * whom the centre calls, in this order.
 */
export type ConfigDocument = TypeOf<typeof configKind>;

/** Checks syntax and ranges. That the zone exists and windows do not overlap is checked in firmware/domain. */
export const configDocument = configKind.schema;

/** Every problem of a document that somebody wrote, each a sentence that names the place and the remedy. */
export function configProblems(input: unknown): readonly ProtocolError[] {
  return inspect(configKind, input);
}

/** @throws ProtocolError with the first problem */
export function parseConfig(input: unknown): ConfigDocument {
  const [problem] = configProblems(input);
  if (problem !== undefined) throw problem;
  return input as ConfigDocument;
}

const configCodec = codec(configKind, configLimits);

/** A CBOR map with integer keys, at most 4 KiB. @throws ProtocolError */
export function encodeConfig(config: ConfigDocument): Uint8Array {
  return configCodec.encode(config);
}

/** The days of a slot come back in the order of the week. @throws ProtocolError, also for settings not known here */
export function decodeConfig(bytes: Uint8Array): ConfigDocument {
  return configCodec.decode(bytes);
}
