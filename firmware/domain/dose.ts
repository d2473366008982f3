import type { RollId } from '../../hal/ports/mechanism.ts';
import type { LocalDate } from './civil-time.ts';

/**
 * What a dose is called everywhere: `<slot>/<local date>`. Free of offsets and of the regimen's version, so that a
 * repeated hour, a clock set back or a re-sent regimen can never make a given dose look new.
 */
export type DoseKey = `${string}/${LocalDate}`;

export function doseKey(slot: string, date: LocalDate): DoseKey {
  return `${slot}/${date}`;
}

/** A dose as the regimen foresees it. Instants are milliseconds since 1970. */
export interface PlannedDose {
  readonly key: DoseKey;
  readonly slot: string;
  readonly date: LocalDate;
  /** From here a press releases it. */
  readonly opensMs: number;
  /** From here the reminder calls. */
  readonly dueMs: number;
  /** From here it is missed. */
  readonly closesMs: number;
  readonly sachets: number;
  /** The bay it must come from; null: whichever bay's head is this dose. */
  readonly roll: RollId | null;
}

/**
 * Where a dose stands. `due` is open and untouched; `releasing` has an intent; `presented` lies in the cup. The rest
 * are ends, except `uncertain`, which a person ends. `released` came out of a unit without a cup sensor: nobody saw whether
 * it was taken.
 */
export type Fate =
  | 'due'
  | 'releasing'
  | 'presented'
  | 'uncertain'
  | 'taken'
  | 'takenOut'
  | 'retracted'
  | 'missed'
  | 'withheld'
  | 'released';

/** A dose the ledger knows. */
export interface Dose extends PlannedDose {
  readonly fate: Fate;
  /** Sachets of it that have left the roll, by release or by swallow. */
  readonly moved: number;
  /** Unlabelled sachets of it that still sit at the head of `roll`, which is known then, and must be swallowed. */
  readonly owed: number;
  /** Released ahead of its window, for a trip. */
  readonly ahead: boolean;
  readonly changedMs: number;
}

const FINAL: ReadonlySet<Fate> = new Set(['taken', 'takenOut', 'retracted', 'missed', 'withheld', 'released']);

export function isFinal(fate: Fate): boolean {
  return FINAL.has(fate);
}

/** Came out ahead of its time, for a trip. */
export function isTakenAlong({ fate, ahead }: Pick<Dose, 'fate' | 'ahead'>): boolean {
  return fate === 'takenOut' || (fate === 'released' && ahead);
}

/** A dose nothing has happened to. */
export function freshDose(planned: PlannedDose): Dose {
  return { ...planned, fate: 'due', moved: 0, owed: 0, ahead: false, changedMs: planned.opensMs };
}
