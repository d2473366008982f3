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

/** Those that go with the time of their world, by timers that have taken the place of this process's own. */
export function steppedElectronics(
  timers: VirtualTimers,
  { sleepless = false, ...other }: { readonly sleepless?: boolean } & Partial<Pick<EmulationOptions, 'file'>> = {},
): ElectronicsOf<EmulatedElectronics> {
  const emulation = { ...emulationOf('reference'), ...other };
  return (wiring) =>
    new EmulatedElectronics(wiring, {
      ...emulation,
      time: (board) => new SteppedTime(wiring.timeline, timers, board, sleepless),
    });
}

/**
 * Runs worlds whose units have emulated electronics, from beginning to end without a turn of the event loop: meanwhile no
 * other timer of this process passes. `sleepless`: the boards' time passes also while nothing happens to them.
 */
export function onEmulatedBoards<T>(
  run: (electronics: ElectronicsOf<EmulatedElectronics>, timers: VirtualTimers) => T,
  { sleepless = false }: { readonly sleepless?: boolean } = {},
): T {
  const timers = beginVirtualTimers();
  try {
    return run(steppedElectronics(timers, { sleepless }), timers);
  } finally {
    timers.end();
  }
}
