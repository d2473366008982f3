import { type Flash, type FlashArea, FlashError, type FlashFailure } from '../../hal/ports/flash.ts';
import type { Random } from '../kernel/random.ts';
import type { CrashPoints } from './crash-points.ts';

/** One change that is not durable yet. */
interface Pending {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface Area {
  durable: Uint8Array;
  pending: Pending[];
}

/**
 * A medium for firmware with the faults of one: what was not synced is lost, torn or kept at a power cut, as chance
 * wills; writes may be refused for want of room or by a broken medium; and a cut may come before, amid and after every
 * change. A device reads what it wrote, durable or not.
 */
export class SimFlash implements Flash {
  readonly #crashPoints: CrashPoints;
  readonly #random: Random;
  readonly #capacity: number;
  readonly #areas = new Map<FlashArea, Area>();
  #failure: FlashFailure | undefined;

  /** `capacityBytes` is what all areas may hold together. */
  constructor(crashPoints: CrashPoints, random: Random, capacityBytes: number) {
    this.#crashPoints = crashPoints;
    this.#random = random;
    this.#capacity = capacityBytes;
  }

  /** What every change meets from now on; `undefined` when the medium is well again. */
  setFailure(failure: FlashFailure | undefined): void {
    this.#failure = failure;
  }

  bytesIn(area: FlashArea): number {
    return this.#whole(area).length;
  }

  read(area: FlashArea, offset: number, length: number): Uint8Array {
    return this.#whole(area).slice(offset, offset + length);
  }

  write(area: FlashArea, offset: number, bytes: Uint8Array): void {
    const held = this.bytesIn(area);
    if (offset > held) throw new FlashError('io', `a write at ${offset} leaves a gap after ${held}`);
    this.#crashPoints.pass(`before write to ${area}`);
    this.#refuse();
    if (Math.max(0, offset + bytes.length - held) > this.freeBytes()) throw new FlashError('full', 'no room');
    this.#at(area).pending.push({ offset, bytes: bytes.slice() });
    this.#crashPoints.pass(`after write to ${area}`);
  }

  sync(area: FlashArea): void {
    this.#crashPoints.pass(`before sync of ${area}`);
    this.#refuse();
    const whole = this.#whole(area);
    this.#areas.set(area, { durable: whole, pending: [] });
    this.#crashPoints.pass(`after sync of ${area}`);
  }

  erase(area: FlashArea): void {
    this.#crashPoints.pass(`before erase of ${area}`);
    this.#refuse();
    const { durable } = this.#at(area);
    // An erasure that is cut short has taken some of the end away.
    this.#areas.set(area, { durable: durable.slice(0, this.#random.below(durable.length + 1)), pending: [] });
    this.#crashPoints.pass(`amid erase of ${area}`);
    this.#areas.set(area, { durable: new Uint8Array(0), pending: [] });
    this.#crashPoints.pass(`after erase of ${area}`);
  }

  freeBytes(): number {
    const held = [...this.#areas.keys()].reduce((sum, area) => sum + this.bytesIn(area), 0);
    return this.#capacity - held;
  }

  /** The power is gone: of every change that was not synced some prefix stays, all of it or nothing; later ones may stay where earlier ones did not. */
  losePower(): void {
    for (const [area, { durable, pending }] of this.#areas) {
      let whole = durable;
      for (const change of pending) {
        const kept = this.#random.pick([0, change.bytes.length, this.#random.below(change.bytes.length + 1)]);
        // What was lost before a kept change reads as zeros.
        if (kept > 0) whole = overlaid(whole, { offset: change.offset, bytes: change.bytes.subarray(0, kept) });
      }
      this.#areas.set(area, { durable: whole, pending: [] });
    }
  }

  /** Turns bits of one durable byte, as a worn cell does. */
  corrupt(area: FlashArea, offset: number, mask: number): void {
    const { durable } = this.#at(area);
    durable[offset] = (durable[offset] ?? 0) ^ mask;
  }

  #refuse(): void {
    if (this.#failure !== undefined) throw new FlashError(this.#failure, `the simulated medium says: ${this.#failure}`);
  }

  #at(area: FlashArea): Area {
    const known = this.#areas.get(area) ?? { durable: new Uint8Array(0), pending: [] };
    this.#areas.set(area, known);
    return known;
  }

  #whole(area: FlashArea): Uint8Array {
    const { durable, pending } = this.#at(area);
    return pending.reduce(overlaid, durable);
  }
}

function overlaid(bytes: Uint8Array, { offset, bytes: change }: Pending): Uint8Array {
  const whole = new Uint8Array(Math.max(bytes.length, offset + change.length));
  whole.set(bytes);
  whole.set(change, offset);
  return whole;
}
