import { type DoseParts, doseKeyOf } from '../prescription/dose-key.ts';

/** One physical sachet. `contents` is the truth about it, whatever anybody has told the device; `null` is empty. */
export interface Sachet {
  readonly serial: number;
  readonly contents: DoseParts | null;
}

/** The key of a dose, or `empty`: how reports and judges name what a sachet holds. */
export function contentsOf(sachet: Sachet): string {
  return sachet.contents === null ? 'empty' : doseKeyOf(sachet.contents.slot, sachet.contents.date);
}
