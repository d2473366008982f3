import { describe, expect, it } from 'vitest';
import { Link, type LinkEffect } from '../../../firmware/link/link.ts';
import { encodeAck } from '../../../protocol/messages/ack.ts';
import { ACK_TOPIC, GRANT, Records, standing } from '../firmware/link/bench.ts';
import { MINUTE, SECOND } from '../firmware/rig.ts';
import { bench, nowMs } from './support.ts';

/** One of those who go by the name, with its own ledger and its own luck. */
class Unit {
  readonly records = new Records();
  readonly link: Link;
  acked = 0;
  #drawn = 0;

  constructor(luck: number) {
    this.link = new Link(
      this.records,
      { below: (bound) => Math.floor((bound * ((luck + ++this.#drawn) % 97)) / 97) },
      { device: 'DD-0042', epoch: 7, boot: 1, firmware: '0.1.0', aliveMs: 20 * SECOND },
    );
  }
}

/** The real ingest of a centre behind a broker that keeps the session of the name, and so what was meant for it. */
class Name {
  readonly centre = bench();
  #holder: Unit | undefined;
  #monoMs = 0;
  readonly #kept: Uint8Array[] = [];

  /** Whoever has the line loses it, before it has heard what is kept for the name. */
  takes(unit: Unit): void {
    this.#holder?.link.handle({ type: 'mqtt.disconnected', reason: 'Session taken over' }, this.#stamp);
    this.#holder = unit;
    // Longer than any wait between two attempts.
    this.#monoMs += 10 * MINUTE;
    this.#pump();
  }

  /** The centre's answers arrive, and what follows from them. */
  hears(): void {
    for (let payload = this.#kept.shift(); payload !== undefined; payload = this.#kept.shift()) {
      const message = { topic: ACK_TOPIC, payload };
      for (const event of this.#holder?.link.handle({ type: 'mqtt.message', message }, this.#stamp) ?? [])
        if (event.type === 'link.acknowledged' && this.#holder !== undefined) this.#holder.acked = event.through;
      this.#pump();
    }
  }

  #pump(): void {
    const unit = this.#holder;
    if (unit === undefined) return;
    for (let rounds = 0; rounds < 100; rounds += 1) {
      const { effects } = unit.link.pump(this.#stamp, standing(1, unit.acked));
      if (effects.length === 0) return;
      for (const effect of effects) this.#perform(unit, effect);
    }
    expect.fail('The link does not come to rest.');
  }

  #perform(unit: Unit, effect: LinkEffect): void {
    if (effect.type === 'mqtt.connect') {
      unit.link.handle({ type: 'mqtt.connected', grant: { ...GRANT, sessionPresent: true } }, this.#stamp);
      this.#hearFirst(unit);
    }
    if (effect.type !== 'mqtt.publish') return;
    unit.link.handle({ type: 'mqtt.published', id: effect.id }, this.#stamp);
    const { acknowledgement } = this.centre.ingest.receive(effect.message, nowMs);
    if (acknowledgement !== undefined) this.#kept.push(encodeAck(acknowledgement));
  }

  /** A broker hands out what it has kept before the client has said a word. */
  #hearFirst(unit: Unit): void {
    for (const payload of this.#kept.splice(0))
      for (const event of unit.link.handle(
        { type: 'mqtt.message', message: { topic: ACK_TOPIC, payload } },
        this.#stamp,
      ))
        if (event.type === 'link.acknowledged') unit.acked = event.through;
  }

  get #stamp() {
    return { wallMs: 0, monoMs: this.#monoMs, trusted: true };
  }
}

describe('two units of one name at a broker that keeps their session', () => {
  function copied() {
    const name = new Name();
    const [original, copy] = [new Unit(20), new Unit(60)];
    original.records.add(5);
    // What happens to a copy after it was made happens to it alone.
    copy.records.add(3);
    copy.records.add(2, { type: 'alarm.raised', at: 1, code: 'tamper' });
    return { name, original, copy };
  }

  it('count no acknowledgement of the other, and so keep what the centre does not have', () => {
    const { name, original, copy } = copied();
    name.takes(original);
    name.takes(copy);
    expect([original.acked, copy.acked, copy.link.strayAcks > 0]).toEqual([0, 0, true]);
  });

  it('are found to be two, by the first record that differs', () => {
    const { name, original, copy } = copied();
    name.takes(original);
    name.takes(copy);
    name.hears();
    expect(name.centre.alarms()).toEqual(['DD-0042 two-ledgers']);
    expect([original.acked, copy.acked]).toEqual([0, 0]);
  });

  it('that is one unit after all, which came back, loses nothing and is acknowledged in its new connection', () => {
    const { name, original } = copied();
    name.takes(original);
    name.takes(original);
    expect(original.acked).toBe(0);
    name.hears();
    expect([original.acked, name.centre.alarms()]).toEqual([5, []]);
  });
});
