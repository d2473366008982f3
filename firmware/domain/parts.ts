import type { Capabilities } from '../../hal/ports/capabilities.ts';

/** A unit with every part. */
export const EVERY_PART: Capabilities = { speech: true, cupSensor: true };
