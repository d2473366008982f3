import type { SnapshotFrom } from 'xstate';
import type { Memory } from '../../firmware/domain/memory.ts';
import type { dispenser } from '../../firmware/machine/dispenser.ts';
import type { InboxEvent, Stamp } from '../../firmware/machine/events.ts';
import type { ChartValue } from '../../firmware/machine/view.ts';
import type { Power } from '../../hal/ports/sensors.ts';
import type { Mechanics } from './mechanics.ts';
import type { Family } from './world.ts';

export type Machine = typeof dispenser;
export type Snapshot = SnapshotFrom<Machine>;

/** A unit at an instant: what its firmware knows, what its ledger holds and how its parts really stand. */
export interface Situation {
  readonly snapshot: Snapshot;
  readonly durable: Memory;
  readonly mechanics: Mechanics;
  readonly stamp: Stamp;
  readonly power: Power;
  /** `<dose>#<ordinal>` of earlier movements that did not surely fail: the ledger refuses a second one. */
  readonly claims: readonly string[];
  /** How many mishaps this path has met. */
  readonly mishaps: number;
  /** How often the door was opened on it. */
  readonly visits: number;
}

/** One thing that may happen next. */
export interface Happening {
  readonly words: string;
  readonly family: Family | 'course';
  /** Somebody or something does what is expected of it, so it may be counted on as a way out. */
  readonly usual?: boolean;
  /** The physical truth before the unit hears of it. */
  readonly mechanics?: Mechanics;
  readonly stamp?: Stamp;
  readonly power?: Power;
  /** What the unit hears; absent when nobody tells it. */
  readonly event?: InboxEvent;
  readonly restart?: boolean;
}

export function chartValue(snapshot: Snapshot): ChartValue {
  return snapshot.value as unknown as ChartValue;
}
