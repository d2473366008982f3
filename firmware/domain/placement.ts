import type { Placement } from '../../hal/ports/sensors.ts';

/** A unit that stands as it should. */
export const IN_PLACE: Placement = { upright: true };
