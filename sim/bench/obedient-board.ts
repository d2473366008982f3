import type { EmulatedElectronics } from '../board/emulated-electronics.ts';
import type { ElectronicsOf } from '../board/reference.ts';
import { type Obedient, obedientWorld } from './obedient.ts';

/** An obedient household whose unit has emulated electronics. */
export function obedientBoard(
  make: ElectronicsOf<EmulatedElectronics>,
): Obedient & { readonly board: EmulatedElectronics } {
  let board: EmulatedElectronics | undefined;
  const household = obedientWorld({
    electronics: (wiring) => {
      board = make(wiring);
      return board;
    },
  });
  if (board === undefined) throw new Error('The world has made no electronics.');
  return { ...household, board };
}
