import type { Spread } from './figures.ts';

/** All units at once come to a broker, and then to the centre. */
export interface Rush {
  /** Until the last one had told the centre all it knew; null: some never did. */
  readonly untilCurrentMs: number | null;
  readonly attempts: number;
  readonly connects: number;
  /** The most connections that stood within one second. */
  readonly connectsPerSecond: number;
}

export interface MissedDoses extends Spread {
  /** Windows that ended, of which the centre never showed so many. */
  readonly neverShown: number;
  /** Records that the page was shown more than once. */
  readonly shownTwice: number;
}

/** How a unit fell silent: its socket went with it, or stayed. */
export type Silence = 'cut' | 'frozen';

export interface Noticed {
  readonly how: Silence;
  /** Whether the broker told the centre of it, or only time did. */
  readonly will: boolean;
  /** From the pull until the page called the unit offline, each unit that it did. */
  readonly ms: readonly number[];
  readonly never: number;
}

export interface Storm extends Rush {
  /** What the restarted broker still knew of its clients. */
  readonly sessions: 'kept' | 'lost';
}

export interface Megabytes {
  readonly fleet: number;
  /** Null where this system does not tell. */
  readonly centre: number | null;
  readonly broker: number | null;
}

export interface FleetReport {
  readonly devices: number;
  readonly seconds: number;
  readonly arrival: Rush;
  readonly missed: MissedDoses;
  readonly noticed: readonly Noticed[];
  /** Empty when the broker is somebody else's. */
  readonly storms: readonly Storm[];
  /** Units of which the centre has not every record in the end. */
  readonly incomplete: readonly string[];
  /** What the firmware threw. */
  readonly crashes: readonly string[];
  readonly memory: Megabytes;
  readonly promises: readonly Promised[];
}

export interface Promised {
  readonly name: string;
  readonly held: boolean;
}

export const MISSED_MS_MAX = 10_000;
export const NOTICED_MS_MAX = 20_000;

/** What was promised of a fleet, and whether this run kept it. */
export function promisesOf(report: Omit<FleetReport, 'promises'>): Promised[] {
  const { missed, noticed, arrival, storms, incomplete, crashes } = report;
  const latest = Math.max(...noticed.flatMap(({ ms }) => ms));
  const rushes = [arrival, ...storms];
  return [
    { name: 'missed-dose-within-10-s', held: missed.samples > 0 && missed.p99Ms <= MISSED_MS_MAX },
    { name: 'every-missed-dose-shown-once', held: missed.neverShown === 0 && missed.shownTwice === 0 },
    {
      name: 'silence-noticed-within-20-s',
      held: latest <= NOTICED_MS_MAX && noticed.every(({ never }) => never === 0),
    },
    { name: 'everybody-comes-back', held: rushes.every(({ untilCurrentMs }) => untilCurrentMs !== null) },
    { name: 'centre-has-every-record', held: incomplete.length === 0 },
    { name: 'firmware-does-not-throw', held: crashes.length === 0 },
  ];
}
