/** What a pharmacy puts into a sachet: the medicine of one slot on one local date (`2026-03-02`). */
export interface SachetContents {
  readonly slot: string;
  readonly date: string;
}

/** One physical sachet. `contents` is the truth about it, whatever anybody has told the device; `null` is empty. */
export interface Sachet {
  readonly serial: number;
  readonly contents: SachetContents | null;
}

/** `<slot>/<local date>`, or `empty`: how reports and judges name what a sachet holds. */
export function contentsOf(sachet: Sachet): string {
  return sachet.contents === null ? 'empty' : `${sachet.contents.slot}/${sachet.contents.date}`;
}
