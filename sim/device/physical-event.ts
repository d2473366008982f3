import type { MechanismPart, RollId } from '../../hal/ports/mechanism.ts';
import type { Sachet } from './sachet.ts';

export type Motion = 'release' | 'swallow' | 'retract';

/**
 * What really happened to sachets, seen by nobody inside the unit. The oracle judges from these alone.
 */
export type PhysicalEvent =
  /** The firmware asked for a motion; `refused` when another one was still running. */
  | {
      readonly type: 'commanded';
      readonly motion: Motion;
      readonly intent: number;
      readonly roll: RollId;
      readonly refused: boolean;
    }
  /** A blade closed; more than one sachet is a double feed. */
  | { readonly type: 'cut'; readonly roll: RollId; readonly intent: number; readonly sachets: readonly Sachet[] }
  /** The blade went through a sachet, so far behind its head: part of it hangs on its roll. */
  | {
      readonly type: 'halved';
      readonly roll: RollId;
      readonly intent: number;
      readonly sachet: Sachet;
      readonly atMm: number;
    }
  /** Sachets fell where the citizen can reach them. */
  | { readonly type: 'presented'; readonly intent: number; readonly sachets: readonly Sachet[] }
  /** Sachets fell into the locked bin, from the roll or from the cup. */
  | { readonly type: 'binned'; readonly intent: number; readonly motion: Motion; readonly sachets: readonly Sachet[] }
  /** The motors met something that stays stuck until a person frees it, or found no sachet. */
  | { readonly type: 'stalled'; readonly intent: number; readonly part: MechanismPart }
  /** A hand took them out of the cup. */
  | { readonly type: 'taken'; readonly sachets: readonly Sachet[] }
  /** A person with a key fitted, removed or freed sachets. */
  | { readonly type: 'fitted'; readonly roll: RollId; readonly sachets: readonly Sachet[] }
  | { readonly type: 'removed'; readonly from: 'roll' | 'chute' | 'cup' | 'bin'; readonly sachets: readonly Sachet[] };

export type PhysicalListener = (event: PhysicalEvent) => void;
