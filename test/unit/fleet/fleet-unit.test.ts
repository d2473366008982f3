import { describe, expect, it, onTestFinished } from 'vitest';
import type { Mqtt, MqttEvent, MqttMessage } from '../../../hal/ports/mqtt.ts';
import { decodeBatch } from '../../../protocol/messages/batch.ts';
import { decodeEvent } from '../../../protocol/messages/event.ts';
import { decodeState } from '../../../protocol/messages/state.ts';
import { FleetUnit, type RealTime } from '../../../sim/fleet/fleet-unit.ts';
import { firstWindowMs, minutePlan } from '../../../sim/fleet/minute-plan.ts';

const DAY = Date.UTC(2026, 10, 21);
const grant = { sessionPresent: false, receiveMaximum: 9, packetBytesMax: 9000 };

/** Real time by hand: what is booked is run when its time has come. */
class Hands implements RealTime {
  #nowMs = DAY + 14 * 3_600_000;
  #booked: { readonly atMs: number; readonly run: () => void }[] = [];

  nowMs = () => this.#nowMs;

  after(delayMs: number, run: () => void): () => void {
    const one = { atMs: this.#nowMs + delayMs, run };
    this.#booked.push(one);
    return () => {
      this.#booked = this.#booked.filter((other) => other !== one);
    };
  }

  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#booked.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#booked = this.#booked.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = untilMs;
  }
}

/** A broker that takes everything at once, and a centre that never answers. */
class Taking implements Mqtt {
  readonly sent: MqttMessage[] = [];
  #tell: (event: MqttEvent) => void = () => undefined;
  listen(listener: (event: MqttEvent) => void): void {
    this.#tell = listener;
  }
  connect(): void {
    queueMicrotask(() => this.#tell({ type: 'mqtt.connected', grant }));
  }
  publish(id: number, message: MqttMessage): void {
    this.sent.push(message);
    queueMicrotask(() => this.#tell({ type: 'mqtt.published', id }));
  }
  disconnect(): void {}

  get events() {
    return this.sent
      .filter(({ topic }) => topic.endsWith('/up/event'))
      .flatMap(({ payload }) => decodeBatch(payload).events.map(decodeEvent));
  }
  get births() {
    return this.sent.filter(
      ({ topic, payload }) => topic.endsWith('/up/state') && decodeState(payload).online === true,
    );
  }
}

function unit() {
  const time = new Hands();
  const mqtt = new Taking();
  const made = new FleetUnit({
    device: 'fleet-1',
    seed: 5,
    config: minutePlan(DAY),
    ownMs: firstWindowMs(DAY) + 30_000,
    time,
    mqtt,
  });
  onTestFinished(() => made.stop());
  return { time, mqtt, unit: made };
}

async function pass(time: Hands, ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 500) {
    time.pass(500);
    await Promise.resolve();
    await Promise.resolve();
  }
}

describe('a unit of a fleet', () => {
  it('says nothing until it is switched on', async () => {
    const { time, mqtt } = unit();
    await pass(time, 60_000);
    expect(mqtt.sent).toEqual([]);
  });

  it('misses a dose each minute, at the instants that were foretold, in real time', async () => {
    const { time, mqtt, unit: made } = unit();
    const startMs = time.nowMs();
    made.switchOn();
    await pass(time, 140_000);
    const foretold = made.deadlines(startMs, startMs + 140_000);
    expect(foretold.map(({ atMs }) => atMs - startMs)).toEqual([30_000, 90_000]);
    const missed = mqtt.events.flatMap((event) =>
      event.type === 'dose.missed' ? [`${event.slot}/${event.date}`] : [],
    );
    // Unanswered, it says everything again.
    expect([...new Set(missed)]).toEqual(foretold.map(({ dose }) => dose));
    expect(made.crashes).toEqual([]);
  });

  it('says every few seconds that it is there, and nothing any more once it is frozen', async () => {
    const { time, mqtt, unit: made } = unit();
    made.switchOn();
    await pass(time, 28_000);
    expect(mqtt.births.length).toBeGreaterThanOrEqual(3);
    made.freeze();
    const before = mqtt.sent.length;
    await pass(time, 120_000);
    expect(mqtt.sent).toHaveLength(before);
    expect(made.isCurrent).toBe(false);
  });
});
