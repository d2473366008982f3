import { EVERY_PART } from '../../firmware/domain/parts.ts';
import type { Capabilities } from '../../hal/ports/capabilities.ts';
import type { Evidence, MechanismPart, RollId } from '../../hal/ports/mechanism.ts';
import type { Sachet } from './sachet.ts';

/** A sensor that may stick at its last value or give no believable answer. */
export type SensorHealth = 'sound' | 'stuck' | 'unknown';

/** The cup sensor can also lie outright. */
export type CupHealth = 'sound' | 'unknown' | 'says-empty' | 'says-occupied';

/** Where every sachet is, and what the counters have counted. */
export interface SavedParts {
  readonly bays: Record<RollId, Sachet[]>;
  readonly chute: readonly Sachet[];
  readonly cup: readonly Sachet[];
  readonly bin: readonly Sachet[];
  readonly fed: Record<RollId, number>;
  readonly binned: number;
  readonly halfOut?: RollId | undefined;
  readonly obstruction?: MechanismPart | undefined;
}

/**
 * The physical truth inside the unit: where every sachet is, what is stuck and what the counters have counted. It
 * survives power cuts; only motion and hands change it.
 */
export class MechanismParts {
  readonly bays: Record<RollId, Sachet[]> = { A: [], B: [] };
  /** The roll whose head sachet hangs half out, held by the cutter, still joined to its roll. */
  halfOut: RollId | undefined;
  /** Cut loose, between cutter and gate. */
  readonly chute: Sachet[] = [];
  readonly cup: Sachet[] = [];
  readonly bin: Sachet[] = [];
  /** What holds the motors until somebody clears it. */
  obstruction: MechanismPart | undefined;

  /** The unit stands as it should. */
  upright = true;
  /** A roll that is not on its hook is not fed. */
  readonly hung: Record<RollId, boolean> = { A: true, B: true };

  readonly counterHealth: Record<RollId | 'bin', SensorHealth> = { A: 'sound', B: 'sound', bin: 'sound' };
  cupHealth: CupHealth = 'sound';

  readonly binCapacity: number;
  readonly hasCupSensor: boolean;
  readonly #fed: Record<RollId, number> = { A: 0, B: 0 };
  #binned = 0;

  constructor(binCapacity: number, { cupSensor }: Pick<Capabilities, 'cupSensor'> = EVERY_PART) {
    this.binCapacity = binCapacity;
    this.hasCupSensor = cupSensor;
  }

  /** Everything but broken sensors, for a unit that goes on another day. */
  save(): SavedParts {
    const { bays, chute, cup, bin, halfOut, obstruction } = this;
    return structuredClone({ bays, chute, cup, bin, fed: this.#fed, binned: this.#binned, halfOut, obstruction });
  }

  restore({ bays, chute, cup, bin, fed, binned, halfOut, obstruction }: SavedParts): void {
    Object.assign(this.bays, bays);
    this.chute.push(...chute);
    this.cup.push(...cup);
    this.bin.push(...bin);
    Object.assign(this.#fed, fed);
    this.#binned = binned;
    this.halfOut = halfOut;
    this.obstruction = obstruction;
  }

  /** Another machine of the same build, into which the rolls are put over as they hang. @returns what stays in the old one */
  renew(): readonly Sachet[] {
    const { counterHealth } = this;
    this.halfOut = undefined;
    this.obstruction = undefined;
    this.cupHealth = 'sound';
    counterHealth.A = counterHealth.B = counterHealth.bin = 'sound';
    this.#fed.A = this.#fed.B = this.#binned = 0;
    return [...this.chute.splice(0), ...this.cup.splice(0), ...this.bin.splice(0)];
  }

  /** The cutter closes: `count` head sachets leave the roll for the chute. */
  cut(roll: RollId, count: number): Sachet[] {
    const cut = this.bays[roll].splice(0, count);
    this.chute.push(...cut);
    this.halfOut = undefined;
    if (this.counterHealth[roll] !== 'stuck') this.#fed[roll] += cut.length;
    return cut;
  }

  /** The gate opens towards the cup: everything in the chute falls there, or the first `count`. */
  dropToCup(count = this.chute.length): Sachet[] {
    const dropped = this.chute.splice(0, count);
    this.cup.push(...dropped);
    return dropped;
  }

  /** The gate opens towards the bin; what finds no room stays in the chute. */
  dropToBin(count = this.chute.length): Sachet[] {
    return this.#intoBin(this.chute, count);
  }

  /** The cup tips into the bin; what finds no room stays in the cup. */
  drawBack(count = this.cup.length): Sachet[] {
    return this.#intoBin(this.cup, count);
  }

  /** What the sensors say now. */
  evidence(): Evidence {
    return {
      fed: { A: this.#counter('A', this.#fed.A), B: this.#counter('B', this.#fed.B) },
      binned: this.#counter('bin', this.#binned),
      cup: this.cupReading(),
      gate: this.halfOut !== undefined || this.chute.length > 0 || this.obstruction !== undefined ? 'blocked' : 'clear',
    };
  }

  cupReading(): Evidence['cup'] {
    if (!this.hasCupSensor || this.cupHealth === 'unknown') return 'unknown';
    if (this.cupHealth !== 'sound') return this.cupHealth === 'says-empty' ? 'empty' : 'occupied';
    return this.cup.length > 0 ? 'occupied' : 'empty';
  }

  #counter(name: RollId | 'bin', count: number): number | null {
    return this.counterHealth[name] === 'unknown' ? null : count;
  }

  #intoBin(from: Sachet[], count: number): Sachet[] {
    const fallen = from.splice(0, Math.min(count, Math.max(0, this.binCapacity - this.bin.length)));
    this.bin.push(...fallen);
    if (this.counterHealth.bin !== 'stuck') this.#binned += fallen.length;
    return fallen;
  }
}

/** Parts with so many sachets in each of the two bays, of which nobody has told what is in them. */
export function partsFilledWith(sachets: number, binCapacity: number): MechanismParts {
  const parts = new MechanismParts(binCapacity);
  for (const bay of Object.values(parts.bays)) {
    for (let serial = 1; serial <= sachets; serial += 1) bay.push({ serial, contents: null });
  }
  return parts;
}
