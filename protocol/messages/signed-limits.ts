import { batchBytesMax, configLimits, quietMinutesMax } from '../limits.ts';

/** SHA-256. */
export const sha256Bytes = 32;

/** A configuration document and what the signature binds it to: device, version, base hash, instant. */
export const configEnvelopeBytesMax = configLimits.bytesMax + 128;

/** The longest message with all its buttons, and room to spare. */
export const commandBytesMax = 1536;

/** Longer than the longest time a unit is expected to be offline; what is older, a person decides anew. */
export const commandSecondsMax = 14 * 86_400;

/** How far the clocks of centre and unit may be apart: a command from further in the future is not believed. */
export const clockSkewSecondsMax = 300;

/** How much older than the enrolment of a unit its first configuration may be: both are fetched for one visit. */
export const firstConfigSecondsMax = 86_400;

/** What fits side by side under a message. */
export const messageButtonsMax = 3;
export const buttonCharsMax = 16;

/** The sound returns before the next reminder is forgotten. */
export const silenceMinutesMax = quietMinutesMax;

/** As much of a log as one sitting reads. */
export const logBytesMax = 1024 * 1024;

/** So little of it in one message that an alarm behind it waits for hardly anything. */
export const logPartBytesMax = 4096;

/** A piece of an image: small enough that an alarm behind it is not held up, large enough that few are needed. */
export const imagePartBytesMax = 16 * 1024;

/** Enough to mend a document in one go; more of the same tells nobody more. */
export const refusalsMax = 16;
/** `regimen.slots.23.beforeMinutes` and longer. */
export const pathCharsMax = 64;

export const envelopeLimits = { bytesMax: configEnvelopeBytesMax, depthMax: 1, itemsMax: 16 };
export const commandLimits = { bytesMax: commandBytesMax, depthMax: 4, itemsMax: 64 };
export const reportLimits = { bytesMax: Math.floor(batchBytesMax / 4), depthMax: 4, itemsMax: 128 };
