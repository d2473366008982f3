import { Random } from './random.ts';

/**
 * Every fault the soak can inject, with the rates between which a seed draws its own. A rate is events per day for
 * faults of the surroundings, and a probability per occasion for faults that need one (a movement, a message).
 */
export const faultRates = {
  'power-outage': { per: 'day', min: 0.01, max: 1 },
  'power-cut-mid-move': { per: 'move', min: 0.001, max: 0.2 },
  'process-kill': { per: 'day', min: 0.01, max: 5 },
  'crash-point': { per: 'day', min: 0.01, max: 10 },
  'internet-outage': { per: 'day', min: 0.02, max: 5 },
  'days-offline': { per: 'day', min: 0.005, max: 0.03 },
  'link-drop': { per: 'message', min: 0.001, max: 0.1 },
  'message-duplicate': { per: 'message', min: 0.01, max: 0.5 },
  'message-delay': { per: 'message', min: 0.01, max: 0.3 },
  'broker-loses': { per: 'message', min: 0.001, max: 0.1 },
  'broker-forgets': { per: 'day', min: 0.01, max: 0.2 },
  'feed-jam': { per: 'move', min: 0.0005, max: 0.03 },
  'cutter-jam': { per: 'move', min: 0.0005, max: 0.03 },
  'gate-jam': { per: 'move', min: 0.0005, max: 0.03 },
  'no-movement': { per: 'move', min: 0.0005, max: 0.03 },
  'double-feed': { per: 'move', min: 0.0002, max: 0.02 },
  'feedback-lost': { per: 'move', min: 0.001, max: 0.1 },
  'slow-motion': { per: 'move', min: 0.001, max: 0.2 },
  'loose-plug': { per: 'day', min: 0.002, max: 0.1 },
  'counter-stuck': { per: 'day', min: 0.002, max: 0.1 },
  'counter-unknown': { per: 'day', min: 0.002, max: 0.1 },
  'cup-sensor-lies': { per: 'day', min: 0.002, max: 0.2 },
  'cup-sensor-unknown': { per: 'day', min: 0.002, max: 0.2 },
  'clock-step': { per: 'day', min: 0.005, max: 1 },
  'clock-lost': { per: 'day', min: 0.002, max: 0.1 },
  'clock-drift': { per: 'seed', min: 5, max: 500 },
  'disk-full': { per: 'day', min: 0.001, max: 0.2 },
  'disk-error': { per: 'day', min: 0.001, max: 0.2 },
  'door-forced': { per: 'day', min: 0.002, max: 0.05 },
  'unit-tilted': { per: 'day', min: 0.005, max: 0.5 },
  'unit-swapped': { per: 'day', min: 0.005, max: 0.1 },
  'unit-burns-out': { per: 'day', min: 0.005, max: 0.1 },
  'button-mash': { per: 'day', min: 0.02, max: 0.5 },
} as const satisfies Readonly<Record<string, FaultRate>>;

export interface FaultRate {
  readonly per: 'day' | 'move' | 'message' | 'seed';
  readonly min: number;
  readonly max: number;
}

export type FaultName = keyof typeof faultRates;

export const faultNames = Object.keys(faultRates) as readonly FaultName[];

/**
 * Which faults one seed injects, and how strongly. Each is on with probability one half (swarm testing, Groce et
 * al., ISSTA 2012: leaving features out finds more), its rate log-uniform between its limits.
 */
export class FaultPlan {
  readonly #rates: ReadonlyMap<FaultName, number>;
  readonly #counts = new Map<FaultName, number>();

  constructor(rates: ReadonlyMap<FaultName, number>) {
    this.#rates = rates;
  }

  static none(): FaultPlan {
    return new FaultPlan(new Map());
  }

  static draw(seed: number): FaultPlan {
    const rates = new Map<FaultName, number>();
    for (const name of faultNames) {
      const random = Random.stream(seed, `fault-plan/${name}`);
      const { min, max } = faultRates[name];
      if (random.chance(0.5)) rates.set(name, random.logBetween(min, max));
    }
    return new FaultPlan(rates);
  }

  /** The rate drawn for a fault, 0 when this seed leaves it out. */
  rate(name: FaultName): number {
    return this.#rates.get(name) ?? 0;
  }

  /** Notes that a fault really happened, for the report. */
  count(name: FaultName): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** How often each fault happened, in the order of `faultNames`, without those that never did. */
  counts(): ReadonlyMap<FaultName, number> {
    return new Map(
      faultNames.flatMap((name) => {
        const count = this.#counts.get(name);
        return count === undefined ? [] : [[name, count] as const];
      }),
    );
  }
}
