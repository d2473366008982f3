import type { RollId } from '../../hal/ports/mechanism.ts';
import type { LocalDate } from './civil-time.ts';
import type { PlannedDose } from './dose.ts';

/** What a pharmacy's sachet says about itself. */
export interface SachetLabel {
  readonly slot: string;
  readonly date: LocalDate;
}

/** One sachet of a roll; `null` is an empty one (the first and last of a roll may be). */
export type Sachet = SachetLabel | 'unlabelled' | null;

/** A fitted roll. Sachets before `next` have left it; `sachets[next]` is its head. */
export interface Roll {
  readonly id: RollId;
  readonly sachets: readonly Sachet[];
  readonly next: number;
}

export type Rolls = ReadonlyMap<RollId, Roll>;

export const SACHETS_PER_ROLL_MAX = 400;

export function headOf(roll: Roll): Sachet | undefined {
  return roll.sachets[roll.next];
}

export function sachetsLeft(roll: Roll): number {
  return roll.sachets.length - roll.next;
}

export function isLabel(sachet: Sachet | undefined): sachet is SachetLabel {
  return typeof sachet === 'object' && sachet !== null;
}

/** Where the next sachet of a dose comes from, or why it cannot come. */
export type Source =
  | { readonly kind: 'ready'; readonly roll: RollId }
  /** No bay that may give it holds a sachet. */
  | { readonly kind: 'empty' }
  /** Sachets are there, but none of the heads is this dose. */
  | { readonly kind: 'mismatch' };

/** A head that names the dose goes before one that names none. */
export function sourceOf(dose: PlannedDose, rolls: Rolls): Source {
  let anySachet = false;
  let unlabelled: RollId | null = null;
  for (const roll of rolls.values()) {
    if (dose.roll !== null && dose.roll !== roll.id) continue;
    const head = headOf(roll);
    if (head === undefined) continue;
    anySachet = true;
    if (head === 'unlabelled') unlabelled ??= roll.id;
    if (isLabel(head) && head.slot === dose.slot && head.date === dose.date) return { kind: 'ready', roll: roll.id };
  }
  if (unlabelled !== null) return { kind: 'ready', roll: unlabelled };
  return { kind: anySachet ? 'mismatch' : 'empty' };
}
