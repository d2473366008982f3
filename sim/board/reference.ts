import { readFileSync } from 'node:fs';
import { knownBoard } from '../../hal/johnny-five/board-file.ts';
import type { Electronics, ElectronicsWiring } from '../device/electronics.ts';
import { SteppedTime } from './board-time.ts';
import { EmulatedElectronics } from './emulated-electronics.ts';
import { beginVirtualTimers } from './virtual-timers.ts';

/** As it is put on every reference unit. */
export const sketchHex: string = readFileSync(
  new URL('../../hal/johnny-five/sketch/dosis.hex', import.meta.url),
  'utf8',
);

/** Electronics of a unit, and what was modelled behind their pins. */
export type ElectronicsOf<E extends Electronics = Electronics> = (wiring: ElectronicsWiring) => E;

/**
 * Runs worlds whose units have emulated electronics, from beginning to end without a turn of the event loop: meanwhile no
 * other timer of this process passes.
 */
export function onEmulatedBoards<T>(run: (electronics: ElectronicsOf<EmulatedElectronics>) => T): T {
  const timers = beginVirtualTimers();
  const file = knownBoard('reference');
  const log = { write: () => undefined };
  try {
    return run(
      (wiring) =>
        new EmulatedElectronics(wiring, {
          ...{ hex: sketchHex, file, log },
          time: (board) => new SteppedTime(wiring.timeline, timers, board),
        }),
    );
  } finally {
    timers.end();
  }
}
