import type { BoardFile } from '../board-file.ts';
import { pinName } from './nano.ts';

export type Part = BoardFile['parts'][number];
export type Wire = Part['wires'][number];
type End = BoardFile['ground'][number];

/** As people call a part: its name, and how many there are when there are several. */
export function titleOf({ name, count }: Part): string {
  return count === 1 ? name : `${name} (${count})`;
}

export function partOf({ parts }: BoardFile, id: string): Part {
  const part = parts.find((one) => one.id === id);
  if (part === undefined) throw new Error(`There is no part ${id}.`);
  return part;
}

export function nameOf(file: BoardFile, { part, at }: End): string {
  return `${partOf(file, part).name}, ${at}`;
}

export function pinOf({ pins }: BoardFile, { pin }: Wire): string {
  const number = pins[pin];
  if (number === undefined) throw new Error(`A wire goes to ${pin}, which no pin is.`);
  return pinName(number);
}

/** The terminals of a part that power goes to or comes from, and the name of the rail; ground last. */
export function powerOf({ supplies, ground }: BoardFile, id: string): { readonly at: string; readonly rail: string }[] {
  const at = (ends: readonly End[], rail: string) =>
    ends.filter(({ part }) => part === id).map((end) => ({ at: end.at, rail }));
  return [...supplies.flatMap(({ id: rail, from, to }) => at([from, ...to], rail)), ...at(ground, 'ground')];
}
