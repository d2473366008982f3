import { readFileSync } from 'node:fs';
import { knownBoard } from '../../hal/johnny-five/board-file.ts';
import type { Electronics, ElectronicsWiring } from '../device/electronics.ts';
import { SteppedTime } from './board-time.ts';
import { EmulatedElectronics, type EmulationOptions } from './emulated-electronics.ts';
import { beginVirtualTimers, type VirtualTimers } from './virtual-timers.ts';

/** As it is put on every reference unit. */
export const sketchHex: string = readFileSync(
  new URL('../../hal/johnny-five/sketch/dosis.hex', import.meta.url),
  'utf8',
);

/** What makes emulated electronics those of a board that comes along; they log nothing. */
export function emulationOf(board: string): Pick<EmulationOptions, 'hex' | 'file' | 'log'> {
  return { hex: sketchHex, file: knownBoard(board), log: { write: () => undefined } };
}

/** Electronics of a unit, and what was modelled behind their pins. */
export type ElectronicsOf<E extends Electronics = Electronics> = (wiring: ElectronicsWiring) => E;

/**
 * Runs worlds whose units have emulated electronics, from beginning to end without a turn of the event loop: meanwhile no
 * other timer of this process passes. `sleepless`: the boards' time passes also while nothing happens to them.
 */
export function onEmulatedBoards<T>(
  run: (electronics: ElectronicsOf<EmulatedElectronics>, timers: VirtualTimers) => T,
  { sleepless = false }: { readonly sleepless?: boolean } = {},
): T {
  const timers = beginVirtualTimers();
  const emulation = emulationOf('reference');
  try {
    return run(
      (wiring) =>
        new EmulatedElectronics(wiring, {
          ...emulation,
          time: (board) => new SteppedTime(wiring.timeline, timers, board, sleepless),
        }),
      timers,
    );
  } finally {
    timers.end();
  }
}
