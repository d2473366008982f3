import { describe, expect, it } from 'vitest';
import type { MqttEvent, MqttMessage } from '../../../hal/ports/mqtt.ts';
import { encodeBatch } from '../../../protocol/messages/batch.ts';
import { type DeviceEvent, encodeEvent } from '../../../protocol/messages/event.ts';
import { matchesFilter, SimBroker } from '../../../sim/device/broker.ts';
import { CrashPoints } from '../../../sim/device/crash-points.ts';
import { SimMqtt } from '../../../sim/device/mqtt.ts';
import { calmNetwork, type NetworkConditions, Weather } from '../../../sim/device/network.ts';
import { FaultPlan } from '../../../sim/kernel/fault-plan.ts';
import { Random } from '../../../sim/kernel/random.ts';
import { Timeline } from '../../../sim/kernel/timeline.ts';
import { type CentreFinding, SimCentre } from '../../../sim/world/centre.ts';

const will: MqttMessage = { topic: 'd/unit/up/state', payload: new Uint8Array([0]) };
const session = { will, subscriptions: ['d/unit/down/ack'] };
const message = (number: number): MqttMessage => ({ topic: 'd/unit/up/event', payload: new Uint8Array([number]) });

function line(conditions: Partial<NetworkConditions> = {}) {
  const timeline = new Timeline(0);
  const broker = new SimBroker();
  const arrived: MqttMessage[] = [];
  broker.onMessage = (received) => arrived.push(received);
  const events: MqttEvent[] = [];
  const weather = new Weather({ ...calmNetwork(), ...conditions }, Random.stream(1, 'network'), FaultPlan.none());
  const mqtt: SimMqtt = new SimMqtt({
    timeline,
    crashPoints: new CrashPoints(),
    broker,
    weather,
    answer: (event) => mqtt.deliver(event),
  });
  mqtt.listen((event) => events.push(event));
  const pass = (ms: number) => timeline.runUntil(timeline.nowMs + ms);
  const types = () => events.map(({ type }) => type);
  return { mqtt, broker, arrived, events, types, pass, weather };
}

describe('the line to the broker', () => {
  it('connects, delivers in order and acknowledges each message', () => {
    const { mqtt, arrived, events, pass } = line();
    mqtt.connect(session);
    pass(1_000);
    for (let number = 1; number <= 20; number += 1) mqtt.publish(number, message(number));
    pass(1_000);
    expect(arrived.map(({ payload }) => payload[0])).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(events.filter(({ type }) => type === 'mqtt.published')).toHaveLength(20);
    expect(events[0]).toMatchObject({ type: 'mqtt.connected', grant: { sessionPresent: false } });
  });

  it('drops what is published without a connection', () => {
    const { mqtt, arrived, types, pass } = line();
    mqtt.publish(1, message(1));
    pass(10_000);
    expect({ arrived, types: types() }).toEqual({ arrived: [], types: [] });
  });

  it('says after a while that nobody is reachable, and does not try again by itself', () => {
    const { mqtt, types, pass } = line({ up: false });
    mqtt.connect(session);
    pass(600_000);
    expect(types()).toEqual(['mqtt.disconnected']);
  });

  it('goes on looking connected after the line is cut, until the keep-alive runs out; then the will is told', () => {
    const { mqtt, arrived, types, pass, weather } = line();
    mqtt.connect(session);
    pass(1_000);
    weather.conditions.up = false;
    mqtt.lineCut();
    mqtt.publish(1, message(1));
    pass(14_000);
    expect(types()).toEqual(['mqtt.connected']);
    pass(2_000);
    expect(types()).toEqual(['mqtt.connected', 'mqtt.disconnected']);
    expect(arrived).toEqual([will]);
  });

  it('lets held-up messages be overtaken and doubled, never invented', () => {
    const { mqtt, arrived, pass } = line({ delayChance: 0.5, duplicateChance: 0.5 });
    mqtt.connect(session);
    pass(1_000);
    for (let number = 1; number <= 50; number += 1) mqtt.publish(number, message(number));
    pass(60_000);
    const numbers = arrived.map(({ payload }) => payload[0] as number);
    expect(numbers.length).toBeGreaterThan(55);
    expect(numbers).not.toEqual([...numbers].sort((a, b) => a - b));
    expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('keeps messages for a known session until the broker forgets it', () => {
    const { mqtt, broker, events, pass } = line();
    mqtt.connect(session);
    pass(1_000);
    mqtt.disconnect();
    broker.fromCentre({ topic: 'd/unit/down/ack', payload: new Uint8Array([7]) });
    mqtt.connect(session);
    pass(1_000);
    expect(events.at(-1)).toMatchObject({ type: 'mqtt.message', message: { payload: new Uint8Array([7]) } });
    broker.forget();
    mqtt.kicked();
    mqtt.connect(session);
    pass(1_000);
    expect(events.at(-1)).toMatchObject({ type: 'mqtt.connected', grant: { sessionPresent: false } });
  });

  it('matches topic filters level by level', () => {
    expect(matchesFilter('d/+/down/ack', 'd/unit/down/ack')).toBe(true);
    expect(matchesFilter('d/unit/#', 'd/unit/down/ack')).toBe(true);
    expect(matchesFilter('d/+/down', 'd/unit/down/ack')).toBe(false);
    expect(matchesFilter('d/unit/down/ack', 'd/other/down/ack')).toBe(false);
  });
});

const config = {
  version: 1,
  profile: 'roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '70 10 20 30',
  regimen: { slots: [{ id: 'morgen', at: '08:00', beforeMinutes: 30, afterMinutes: 60 }] },
} as const;

describe('the small centre', () => {
  function centre() {
    const timeline = new Timeline(0);
    const broker = new SimBroker();
    const found: CentreFinding[] = [];
    const device = 'unit';
    const made = new SimCentre({ device, config, timeline, broker, found: (finding) => found.push(finding) });
    const send = (...events: DeviceEvent[]) =>
      broker.fromUnit({
        topic: 'd/unit/up/event',
        payload: encodeBatch({ epoch: 9, events: events.map(encodeEvent) }),
      });
    return { made, broker, found, send };
  }

  it('stores each event once, whatever the order, and knows how far it has everything', () => {
    const { made, found, send } = centre();
    send({ type: 'door.closed', seq: 3, at: 30 });
    send({ type: 'door.closed', seq: 1, at: 10 }, { type: 'door.closed', seq: 1, at: 10 });
    expect(made.ackedThrough(9)).toBe(1);
    send({ type: 'dose.taken', seq: 2, at: 20, slot: 'morgen', date: '2026-03-02' });
    expect(made.ackedThrough(9)).toBe(3);
    expect([...made.events(9).keys()].sort()).toEqual([1, 2, 3]);
    expect(made.fateOf('morgen/2026-03-02')).toBe('taken');
    expect(found).toEqual([]);
  });

  it('finds a record that comes again with other content, and a message that does not decode', () => {
    const { broker, found, send } = centre();
    send({ type: 'door.closed', seq: 1, at: 10 });
    send({ type: 'door.closed', seq: 1, at: 11 });
    broker.fromUnit({ topic: 'd/unit/up/event', payload: new Uint8Array([0xff]) });
    expect(found.map(({ invariant }) => invariant)).toEqual(['acknowledged-record-stays', 'wire-is-readable']);
  });

  it('lets the newest word about an alarm count, however late the older one comes', () => {
    const { made, send } = centre();
    send({ type: 'alarm.cleared', seq: 2, at: 20, code: 'tamper' });
    send({ type: 'alarm.raised', seq: 1, at: 10, code: 'tamper' });
    expect(made.isRaised('tamper')).toBe(false);
    send({ type: 'alarm.raised', seq: 3, at: 30, code: 'tamper' });
    expect(made.raised).toEqual(['tamper']);
  });
});
