import type { Placement } from '../../hal/ports/sensors.ts';

/** A unit that stands as it should, with a roll in each bay. */
export const IN_PLACE: Placement = { upright: true, rolls: { A: true, B: true } };
