import type { BoardFile } from './board-file.ts';
import { describeBoard } from './documents/page.ts';
import { drawPower } from './documents/power-sheet.ts';
import { drawWiring } from './documents/wiring-sheet.ts';

/** What one builds a unit from, as files beside its board file: a page, and two sheets of A4 that it shows. */
export function documentsOf(file: BoardFile): ReadonlyMap<string, string> {
  return new Map([
    [`${file.name}.md`, describeBoard(file)],
    [`${file.name}-wiring.svg`, drawWiring(file)],
    [`${file.name}-power.svg`, drawPower(file)],
  ]);
}
