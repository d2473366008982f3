import { slotWord } from '../../protocol/alarm-words.ts';
import { type Settlement, settlements } from '../../protocol/messages/event.ts';
import { partWords } from '../../protocol/self-test-words.ts';
import { techWords } from './words.ts';

/** What is shown can be typed: ids, and the words of both languages, in capitals or not, with hyphens or spaces. */
const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[-_\s]+/g, ' ');
const means = (typed: string, ...names: readonly string[]): boolean =>
  names.some((name) => plain(name) === plain(typed));

/** Where a dose is in doubt, or on a plan. */
export interface NamedDose {
  readonly slot: string;
  readonly date: string;
}

/** `morning/2026-11-21`, `morgen 21.11.2026`: its slot as it was typed, its date as the calendar has it (ISO 8601). */
export function readDose(text: string): NamedDose | undefined {
  const [, slot, iso, day = '', month = '', year] =
    /^\s*(.+?)[/\s]+(?:(\d{4}-\d{2}-\d{2})|(\d{1,2})[./](\d{1,2})[./](\d{4}))\s*$/.exec(text) ?? [];
  if (slot === undefined) return undefined;
  return { slot, date: iso ?? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` };
}

/** The slot that is meant: the one of that id, or else the only one that is called so. */
export function slotNamed(slots: readonly string[], typed: string): string | undefined {
  const known = [...new Set(slots)];
  const called = known.filter((slot) => means(typed, slot, slotWord(slot, 'da'), slotWord(slot, 'en')));
  return known.find((slot) => slot === typed) ?? (called.length === 1 ? called[0] : undefined);
}

/** `taken`, `taget`, `missed`, `ikke taget` or `not taken`. */
export function settlementNamed(typed: string): Settlement | undefined {
  const { da, en } = techWords;
  return settlements.find((fate) => means(typed, fate, da.swap.fates[fate], en.swap.fates[fate]));
}

/** The part of a unit that is meant: by its id, or by the word of either language. */
export function partNamed(parts: readonly string[], typed: string): string | undefined {
  return parts.find((part) => means(typed, part, partWord(part, 'da'), partWord(part, 'en')));
}

/** The word for a part; a newer unit may have one that has none here. */
export function partWord(part: string, language: 'da' | 'en'): string {
  const known: Readonly<Record<string, string>> = partWords[language];
  return known[part] ?? part;
}
