import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../rig.ts';
import { Bench, from } from './bench.ts';

const HOUR = 60 * MINUTE;
/** One event a second keeps the centre acknowledging, whoever is connected. */
const EVERY = SECOND;

/** Two units with one id: the broker gives the line to whoever called last. Each has its own ledger and centre. */
class Duel {
  readonly sides: readonly [Bench, Bench] = [new Bench(), new Bench()];
  readonly connects: number[] = [];
  monoMs = 0;
  #holder: Bench | undefined;

  constructor() {
    let turn = 0;
    const lots = [0.1, 0.9, 0.4, 0.7, 0.2, 0.6];
    for (const side of this.sides) side.draw = () => lots[turn++ % lots.length] as number;
  }

  /** @returns the connections made meanwhile */
  last(ms: number): number {
    const before = this.connects.length;
    const untilMs = this.monoMs + ms;
    for (; this.monoMs < untilMs; this.monoMs += 100) {
      for (const side of this.sides) this.#live(side);
    }
    return this.connects.length - before;
  }

  #live(side: Bench): void {
    side.monoMs = this.monoMs;
    if (this.monoMs % EVERY === 0) side.records.add(1);
    for (const effect of side.pump()) if (effect.type === 'mqtt.connect') this.#takeOver(side);
    if (side !== this.#holder) return;
    side.taken(...side.sent.splice(0));
    side.acknowledge(side.records.lastSeq);
    side.pump();
  }

  #takeOver(side: Bench): void {
    this.connects.push(this.monoMs);
    this.#holder?.lose();
    this.#holder = side;
    side.reach();
  }
}

describe('two units with one id, both of which the centre acknowledges', () => {
  it('throw each other out ever more rarely, down to a few times in ten minutes', () => {
    const duel = new Duel();
    duel.last(10 * MINUTE);
    for (const _ of from(1, 6)) expect(duel.last(10 * MINUTE)).toBeLessThanOrEqual(24);
    expect(duel.connects.length).toBeGreaterThan(10);
  });

  it('both get through to the centre within every five minutes', () => {
    const duel = new Duel();
    duel.last(10 * MINUTE);
    for (let passedMs = 0; passedMs < HOUR; passedMs += 5 * MINUTE) {
      const before = duel.sides.map(({ acked }) => acked);
      duel.last(5 * MINUTE);
      for (const [index, { acked }] of duel.sides.entries()) expect(acked).toBeGreaterThan(before[index] as number);
    }
  });
});
