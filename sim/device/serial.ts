import type { Serial, SerialEvent } from '../../hal/ports/serial.ts';
import type { Random } from '../kernel/random.ts';
import type { Timeline } from '../kernel/timeline.ts';

/** How a cable treats what runs through it. */
export interface CableConditions {
  plugged: boolean;
  baudRate: number;
  /** The most bytes that are handed over at once; how many it is each time is chance. */
  pieceBytesMax: number;
  /** For each byte: that it is lost. */
  lossChance: number;
  /** For each piece: that noise stands before it. */
  noiseChance: number;
  noiseBytesMax: number;
  /** How long an end takes to find a port that is there again. */
  reopenMs: number;
}

export function soundCable(): CableConditions {
  return {
    plugged: true,
    baudRate: 115_200,
    pieceBytesMax: 512,
    lossChance: 0,
    noiseChance: 0,
    noiseBytesMax: 40,
    reopenMs: 250,
  };
}

/** What an adapter lets wait, too. */
const WAITING_BYTES_MAX = 64 * 1024;
/** A byte with its start and stop bit. */
const BITS_PER_BYTE = 10;

/** A cable between a unit and a laptop, both ends as the port has them. It can be pulled at any byte. */
export class SimCable {
  readonly device: Serial;
  readonly laptop: Serial;
  readonly #conditions: CableConditions;
  readonly #ends: readonly [End, End];

  constructor(timeline: Timeline, random: Random, conditions: CableConditions = soundCable()) {
    this.#conditions = conditions;
    const device = new End(timeline, random, conditions);
    const laptop = new End(timeline, random, conditions);
    device.join(laptop);
    laptop.join(device);
    this.#ends = [device, laptop];
    this.device = device;
    this.laptop = laptop;
  }

  /** Bytes on their way to `unit` are lost, and both ends learn of it. */
  unplug(): void {
    this.#conditions.plugged = false;
    for (const end of this.#ends) end.pulled();
  }

  plug(): void {
    this.#conditions.plugged = true;
    for (const end of this.#ends) end.found();
  }

  /** The unit has lost its power, or its process: what was told to it is forgotten. */
  losePower(): void {
    this.device.close();
  }
}

class End implements Serial {
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #conditions: CableConditions;
  #tell: (event: SerialEvent) => void = () => undefined;
  #other: End | undefined;
  #wanted = false;
  #open = false;
  /** Counts openings and losses: what was booked before the last of them is void. */
  #turn = 0;
  readonly #leaving: number[] = [];
  #running = false;

  constructor(timeline: Timeline, random: Random, conditions: CableConditions) {
    this.#timeline = timeline;
    this.#random = random;
    this.#conditions = conditions;
  }

  join(other: End): void {
    this.#other = other;
  }

  listen(listener: (event: SerialEvent) => void): void {
    this.#tell = listener;
  }

  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#later(0, () => {
      if (this.#conditions.plugged) this.#opened();
      else this.#tell({ type: 'serial.closed', reason: 'no such port' });
    });
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#open || this.#leaving.length + bytes.length > WAITING_BYTES_MAX) return false;
    for (const byte of bytes) this.#leaving.push(byte);
    if (!this.#running) this.#next();
    return true;
  }

  close(): void {
    this.#wanted = false;
    this.#fall();
  }

  pulled(): void {
    const was = this.#open;
    this.#fall();
    if (was) this.#later(0, () => this.#tell({ type: 'serial.closed', reason: 'the port is gone' }));
  }

  found(): void {
    if (this.#wanted && !this.#open) this.#later(this.#conditions.reopenMs, () => this.#opened());
  }

  #opened(): void {
    this.#open = true;
    this.#tell({ type: 'serial.opened' });
  }

  #fall(): void {
    this.#turn += 1;
    this.#open = false;
    this.#running = false;
    this.#leaving.length = 0;
  }

  /** Hands over the next piece once its bits are through. */
  #next(): void {
    const { pieceBytesMax, baudRate } = this.#conditions;
    this.#running = this.#leaving.length > 0;
    if (!this.#running) return;
    const count = Math.min(this.#leaving.length, this.#random.between(1, pieceBytesMax));
    this.#later((count * BITS_PER_BYTE * 1000) / baudRate, () => {
      const piece = this.#leaving.splice(0, count);
      this.#next();
      this.#other?.receive(piece);
    });
  }

  receive(piece: readonly number[]): void {
    const { lossChance, noiseChance, noiseBytesMax } = this.#conditions;
    if (!this.#open) return;
    const arrived = lossChance === 0 ? [...piece] : piece.filter(() => !this.#random.chance(lossChance));
    if (noiseChance > 0 && this.#random.chance(noiseChance)) {
      arrived.unshift(...Array.from({ length: this.#random.between(1, noiseBytesMax) }, () => this.#random.below(256)));
    }
    if (arrived.length > 0) this.#tell({ type: 'serial.received', bytes: Uint8Array.from(arrived) });
  }

  #later(delayMs: number, act: () => void): void {
    const turn = this.#turn;
    this.#timeline.after(delayMs, () => {
      if (this.#turn === turn) act();
    });
  }
}
