import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Link, type LinkEffect } from '../../../../firmware/link/link.ts';
import { AckTracker } from '../../../../protocol/ack-tracker.ts';
import { encodeAck } from '../../../../protocol/messages/ack.ts';
import { decodeBatch } from '../../../../protocol/messages/batch.ts';
import { readSeq } from '../../../../protocol/messages/event.ts';
import { MINUTE, SECOND } from '../rig.ts';
import { PATIENCE, runs } from '../walk.ts';
import { ACK_TOPIC, ALARM, GRANT, Records, standing, stateIn, UP } from './bench.ts';

const WINDOW = 4;

type Letter =
  | { readonly to: 'centre'; readonly id: number; readonly session: number; readonly payload: Uint8Array }
  | { readonly to: 'unit'; readonly session: number; readonly ackedThrough: number };

/** A unit, a centre that stores what arrives, and between them a wire that loses, repeats and shuffles. */
class LossyWire {
  readonly records = new Records();
  readonly stored = new Map<number, Uint8Array>();
  readonly #tracker = new AckTracker();
  #link: Link;
  #boot = 0;
  #letters: Letter[] = [];
  #unconfirmed = new Set<number>();
  #connecting = false;
  #session = 0;
  #drawn = 0;
  #monoMs = 0;
  #checked = 0;
  acked = 0;

  constructor() {
    this.#link = this.#start();
  }

  #start(): Link {
    this.#boot += 1;
    const entropy = { below: (bound: number) => Math.floor((bound * (++this.#drawn % 97)) / 97) };
    return new Link(this.records, entropy, {
      device: 'DD-0042',
      epoch: 7,
      boot: this.#boot,
      firmware: '0.1.0',
      aliveMs: 20 * SECOND,
    });
  }

  /** The unit starts anew; only the ledger and what the ledger knew of the cursor remain. */
  restart(): void {
    this.#link = this.#start();
    this.acked = Math.max(0, this.acked - 3);
    this.#hangUp();
  }

  #hangUp(): void {
    this.#connecting = false;
    // What was already on its way may still arrive, also at the unit: a broker keeps it for the next connection.
    this.#unconfirmed.clear();
  }

  breakLine(): void {
    this.#hangUp();
    this.#link.handle({ type: 'mqtt.disconnected', reason: 'gone' }, this.#stamp);
  }

  pass(ms: number): void {
    this.#monoMs += ms;
    for (const effect of this.#link.pump(this.#stamp, standing(1, this.acked)).effects) this.#perform(effect);
    if (!this.#connecting) return;
    this.#connecting = false;
    this.#link.handle({ type: 'mqtt.connected', grant: { ...GRANT, receiveMaximum: WINDOW } }, this.#stamp);
    this.pass(0);
  }

  #perform(effect: LinkEffect): void {
    if (effect.type === 'mqtt.connect') {
      this.#connecting = true;
      this.#session = stateIn(effect)?.session ?? 0;
    }
    if (effect.type === 'mqtt.disconnect') this.#hangUp();
    if (effect.type !== 'mqtt.publish') return;
    this.#unconfirmed.add(effect.id);
    expect(this.#unconfirmed.size).toBeLessThanOrEqual(WINDOW);
    this.#letters.push({
      to: 'centre',
      id: effect.id,
      session: this.#session,
      payload: effect.message.topic === `${UP}/event` ? effect.message.payload : Uint8Array.of(),
    });
  }

  /** One letter, any, arrives; perhaps it will once more. */
  deliver(which: number, again: boolean): void {
    if (this.#letters.length === 0) return;
    const index = which % this.#letters.length;
    const letter = this.#letters[index] as Letter;
    if (!again) this.#letters.splice(index, 1);
    if (letter.to === 'unit') this.#hear(letter);
    else this.#store(letter);
  }

  /** One letter, any, never arrives, and nobody is told. */
  lose(which: number): void {
    if (this.#letters.length > 0) this.#letters.splice(which % this.#letters.length, 1);
  }

  #store({ id, session, payload }: Extract<Letter, { to: 'centre' }>): void {
    if (session === this.#session && this.#unconfirmed.delete(id))
      this.#link.handle({ type: 'mqtt.published', id }, this.#stamp);
    if (payload.length === 0) return;
    for (const body of decodeBatch(payload).events) {
      const seq = readSeq(body);
      this.stored.set(seq, body);
      this.#tracker.stored(seq);
    }
    this.#letters.push({ to: 'unit', session, ackedThrough: this.#tracker.ackedThrough });
  }

  #hear({ ackedThrough, session }: Extract<Letter, { to: 'unit' }>): void {
    const payload = encodeAck({ epoch: 7, ackedThrough, session });
    for (const event of this.#link.handle(
      { type: 'mqtt.message', message: { topic: ACK_TOPIC, payload } },
      this.#stamp,
    )) {
      if (event.type === 'link.acknowledged') this.acked = Math.max(this.acked, event.through);
    }
    // The promise that lets the ledger forget.
    while (this.#checked < this.acked) expect(this.stored.has(++this.#checked)).toBe(true);
  }

  /** The weather clears: everything arrives, in order, until nothing is left to say. */
  calm(): void {
    for (let round = 0; round < 400 && this.acked < this.records.lastSeq; round += 1) {
      const waitMs = this.#link.untilNextDeadline(this.#stamp) ?? 0;
      this.pass(this.#letters.length > 0 ? 0 : waitMs);
      while (this.#letters.length > 0) this.deliver(0, false);
    }
  }

  get #stamp() {
    return { wallMs: 0, monoMs: this.#monoMs, trusted: true };
  }
}

const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('record' as const), count: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('alarm' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), which: fc.nat(20), again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), which: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(0, SECOND, 31 * SECOND, 6 * MINUTE) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('break' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

function follow(wire: LossyWire, steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): void {
  for (const now of steps) {
    if (now.do === 'record') wire.records.add(now.count);
    else if (now.do === 'alarm') wire.records.add(1, ALARM);
    else if (now.do === 'deliver') wire.deliver(now.which, now.again);
    else if (now.do === 'lose') wire.lose(now.which);
    else if (now.do === 'break') wire.breakLine();
    else if (now.do === 'restart') wire.restart();
    wire.pass(now.do === 'pass' ? now.ms : 0);
  }
}

describe('a wire that loses, repeats and shuffles', () => {
  it('costs no record, forges none, and never lets the unit believe more than the centre has', PATIENCE, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const wire = new LossyWire();
        follow(wire, steps);
        wire.calm();
        expect(wire.acked).toBe(wire.records.lastSeq);
        expect([...wire.stored.keys()].sort((a, b) => a - b)).toEqual(wire.records.bodies.map((_, index) => index + 1));
        for (const [seq, body] of wire.stored) expect(body).toEqual(wire.records.bodies[seq - 1]);
      }),
      runs(40),
    );
  });
});
