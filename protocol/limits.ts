/** How much of one received message is looked at before it is refused. */
export interface CborLimits {
  readonly bytesMax: number;
  /** Containers inside containers; a lone number has depth 0. */
  readonly depthMax: number;
  /** Numbers, texts, byte strings, keys and containers together. */
  readonly itemsMax: number;
}

/** The widest integer on our wires: cbor-x turns wider ones into floats, and seconds fit until 2106. */
export const uint32Max = 0xffff_ffff;

/** Days since 1970 that fit two bytes: until 2149, so a date costs three bytes with its head. */
export const dayMax = 0xffff;

/** The promise to the network budget: one dose event, whatever its values. */
export const doseEventBytesMax = 40;

/** The promise to the network budget: a dose released, presented and taken, in one batch, header included. */
export const doseCycleBytesMax = 120;

/** Leaves a newer sender room to add keys, and lets any 64 events fit one batch. */
export const eventBytesMax = 120;

/** Few enough that a batch lost on a bad line is sent again at once, enough that nine days offline drain in minutes. */
export const batchEventsMax = 64;

/** Below the smallest packet limit that common brokers grant by default. */
export const batchBytesMax = 8 * 1024;

/** What MQTT puts around a payload: fixed header, topic, packet identifier, properties. */
export const mqttPacketBytes = 128;

/** A day has at most one dose an hour. */
export const slotsMax = 24;

/** Ids, not names: short enough for a sachet label, long enough for `before-lunch`. */
export const slotIdCharsMax = 12;

/** Fits one line of the smallest panel. */
export const serviceNumberCharsMax = 20;

/** The longest name in the IANA time zone database has 32 characters. */
export const zoneCharsMax = 40;

/** Room for a semantic version with a build name. */
export const firmwareCharsMax = 32;

/** More sachets than any roll holds: 28 days with 24 slots of 8 would not fit a bay. */
export const stockCountMax = 1000;

/** Carers use windows of 45 minutes to 4 hours, settable up to 12. */
export const windowMinutesMax = 720;

/** No medicine is locked for longer than a day after the last. */
export const intervalMinutesMax = 1440;

/** A reminder that returns less often than every two hours is none. */
export const repeatMinutesMax = 120;

/** A dose that stands in the cup longer is open to anybody. */
export const presentMinutesMax = 240;

/** A roll of four weeks with seven doses a day, all taken out for a journey. */
export const takeOutDosesMax = 200;

/** Quiet by permission must end before the next reminder is forgotten. */
export const quietMinutesMax = 120;

/** Two lines of the smallest panel, and what a person of ninety takes in at once. */
export const messageCharsMax = 160;

/** Reminders to drink, to open a window, of a visit: more of them nobody heeds. */
export const dailyMessagesMax = 8;

/** A centre calls the citizen, home care, a relative; nobody is eighth in line. */
export const contactsMax = 8;

/** An opaque id, not a name or a number. */
export const contactCharsMax = 24;

/** What a cup holds. */
export const sachetsPerDoseMax = 8;

/** Separate runs of received events kept above a gap; beyond it the highest run is forgotten and comes again. */
export const ackRunsMax = 256;

export const eventLimits: CborLimits = { bytesMax: eventBytesMax, depthMax: 4, itemsMax: 64 };
export const batchLimits: CborLimits = { bytesMax: batchBytesMax, depthMax: 4, itemsMax: batchEventsMax + 32 };
export const ackLimits: CborLimits = { bytesMax: 64, depthMax: 4, itemsMax: 32 };
export const stateLimits: CborLimits = { bytesMax: 256, depthMax: 4, itemsMax: 64 };
export const configLimits: CborLimits = { bytesMax: 4096, depthMax: 8, itemsMax: 1024 };
