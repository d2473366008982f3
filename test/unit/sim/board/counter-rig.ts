import { BARRIERS, GUARD, SketchRig } from './sketch-rig.ts';

export const PLACES = 64;
export const RECORD_BYTES = 16;
/** The longest that the writing of a record takes. */
export const RECORD_MS_MAX = RECORD_BYTES * 3.4;
/** A barrier that has been dark for so long has been seen. */
export const SEEN_MS_MAX = 6;

export function guarded(eeprom?: Uint8Array): SketchRig {
  const rig = new SketchRig(eeprom);
  rig.ask({ ...GUARD, silenceMs: 10_000 });
  return rig;
}

/** Sachets one after another, each counted and kept. */
export function passMany(rig: SketchRig, count: number, pin: number = BARRIERS.fedA): void {
  for (let i = 0; i < count; i += 1) {
    rig.pass(pin, 70);
    rig.ms(10);
  }
}
