import type { RollId } from '../../hal/ports/mechanism.ts';
import { MINUTE_MS } from './civil-time.ts';

/** How the reminder grows, counted from the dose's time, except `lastCallMs`, counted back from the window's end. */
export interface Ladder {
  readonly firmAfterMs: number;
  readonly urgentAfterMs: number;
  readonly lastCallMs: number;
  /** Between two spoken reminders. */
  readonly repeatMs: number;
}

/** What a kind of device can do and how it behaves: data, not code. */
export interface Profile {
  readonly id: 'roll' | 'dual-roll';
  readonly rolls: readonly RollId[];
  /** Draws an untaken sachet back from the cup. Without it the sachet waits in the cup and the centre is told. */
  readonly retracts: boolean;
  /** Sachets the locked bin (or held-back compartment) takes. */
  readonly binSachetsMax: number;
  /** How long a presented dose waits in the cup. */
  readonly presentMs: number;
  /** A movement that has not answered by then is stopped and inspected. */
  readonly moveMsMax: number;
  /** Warn when a roll holds no more sachets than this. */
  readonly lowSachets: number;
  readonly ladder: Ladder;
}

const LADDER: Ladder = {
  firmAfterMs: 10 * MINUTE_MS,
  urgentAfterMs: 20 * MINUTE_MS,
  lastCallMs: 10 * MINUTE_MS,
  repeatMs: 5 * MINUTE_MS,
};

/** Keyed by the name a configuration document uses. */
export const PROFILES: Readonly<Record<string, Profile>> = {
  roll: {
    id: 'roll',
    rolls: ['A'],
    retracts: false,
    binSachetsMax: 60,
    presentMs: 30 * MINUTE_MS,
    moveMsMax: 60_000,
    lowSachets: 8,
    ladder: LADDER,
  },
  'dual-roll': {
    id: 'dual-roll',
    rolls: ['A', 'B'],
    retracts: true,
    binSachetsMax: 120,
    presentMs: 30 * MINUTE_MS,
    moveMsMax: 60_000,
    lowSachets: 8,
    ladder: LADDER,
  },
};
