import { dateOfDay, dayOfDate } from '../civil-date.ts';
import { dayMax, firmwareCharsMax, slotIdCharsMax, uint32Max } from '../limits.ts';
import { deviceIdPattern } from '../topics.ts';
import { choice, integer, numbered, text } from '../wire/kinds.ts';

/** The name of a roll bay, as in hal/ports/mechanism.ts. */
export const rolls = ['A', 'B'] as const;
export type Roll = (typeof rolls)[number];

export const roll = choice('roll', rolls);

/** Rises with each command to a unit, so that it can forget old ones and still tell a replay. */
export const commandId = integer(1, uint32Max, 'command-id');

/** A slot of the regimen; with a date it names a dose. */
export const slotId = text(new RegExp(`^[a-z0-9][a-z0-9-]{0,${slotIdCharsMax - 1}}$`), {
  name: 'slot-id',
  rule: `1 to ${slotIdCharsMax} small letters, digits and hyphens, such as "morning"`,
  cddl: `tstr .regexp "[a-z0-9][a-z0-9-]{0,${slotIdCharsMax - 1}}"`,
});

/** A date without a zone, `YYYY-MM-DD`; on the wire days since 1970-01-01. */
export const civilDate = numbered({
  name: 'civil-date',
  rule: 'a date written YYYY-MM-DD, from 1970 to 2149',
  low: 0,
  high: dayMax,
  numberOf: dayOfDate,
  textOf: dateOfDay,
});

/** Seconds since 1970-01-01T00:00Z. */
export const epochSeconds = integer(0, uint32Max, 'epoch-seconds');

/** The number of a device's event within one epoch; the first is 1. */
export const seq = integer(1, uint32Max, 'seq');

/** The same, or 0 for "none yet". */
export const seqOrNone = integer(0, uint32Max, 'seq-or-none');

/**
 * Names one unbroken run of sequence numbers of a device. A unit that has lost its storage draws a new one, so its
 * restarted numbers are not taken for old ones.
 */
export const streamEpoch = integer(0, uint32Max, 'stream-epoch');

export const counter = integer(0, uint32Max, 'counter');

export const configVersion = integer(1, uint32Max, 'config-version');

export const firmwareName = text(new RegExp(`^[!-~]{1,${firmwareCharsMax}}$`), {
  name: 'firmware-name',
  rule: `a version name of 1 to ${firmwareCharsMax} letters, digits and signs, such as "0.1.0"`,
  cddl: `tstr .regexp "[!-~]{1,${firmwareCharsMax}}"`,
});

/** The unit a signed document is for, as in topics. */
export const deviceId = text(deviceIdPattern, {
  name: 'device-id',
  rule: 'a device id of 3 to 32 letters, digits and hyphens, not beginning with a hyphen',
  cddl: 'tstr .regexp "[A-Za-z0-9][A-Za-z0-9-]{2,31}"',
});

const passIdCharsMax = 24;

/** Opaque: the centre knows whose it is, the unit's journal and whoever reads it do not. */
export const passId = text(new RegExp(`^[A-Za-z0-9][A-Za-z0-9-]{0,${passIdCharsMax - 1}}$`), {
  name: 'pass-id',
  rule: `1 to ${passIdCharsMax} letters, digits and hyphens`,
  cddl: `tstr .regexp "[A-Za-z0-9][A-Za-z0-9-]{0,${passIdCharsMax - 1}}"`,
});
