import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MqttOptions } from '../../hal/linux/mqtt.ts';
import { createMqtt } from '../../hal/linux/mqtt.ts';
import type { Mqtt, MqttEvent, MqttMessage, MqttSession } from '../../hal/ports/mqtt.ts';
import type { BrokerKind, TestBroker } from './brokers.ts';
import { granted } from './brokers.ts';
import type { Wire } from './wire.ts';
import { layWire } from './wire.ts';

type EventOf<T extends MqttEvent['type']> = Extract<MqttEvent, { type: T }>;

/** A client under test with everything it told, and promises for what it will tell. */
class Client {
  readonly mqtt: Mqtt;
  readonly events: MqttEvent[] = [];
  readonly #session: MqttSession;
  #changed: (() => void)[] = [];

  constructor(options: MqttOptions, session: Partial<MqttSession> = {}) {
    this.mqtt = createMqtt(options);
    this.#session = { will: message(`will/${options.clientId}`, 'gone'), subscriptions: [], ...session };
    this.mqtt.listen((event) => {
      this.events.push(event);
      for (const wake of this.#changed.splice(0)) wake();
    });
  }

  of<T extends MqttEvent['type']>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** The `count`-th event of a type, once it is there. */
  async told<T extends MqttEvent['type']>(type: T, count = 1): Promise<EventOf<T>> {
    for (;;) {
      const found = this.of(type)[count - 1];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#changed.push(resolve));
    }
  }

  async connect(): Promise<EventOf<'mqtt.connected'>> {
    const before = this.of('mqtt.connected').length;
    this.mqtt.connect(this.#session);
    return this.told('mqtt.connected', before + 1);
  }

  async publish(id: number, what: MqttMessage): Promise<void> {
    const before = this.of('mqtt.published').length;
    this.mqtt.publish(id, what);
    await this.told('mqtt.published', before + 1);
  }

  texts(): string[] {
    return this.of('mqtt.message').map(
      (event) => `${event.message.topic} ${Buffer.from(event.message.payload).toString()}`,
    );
  }
}

function message(topic: string, text: string): MqttMessage {
  return { topic, payload: new TextEncoder().encode(text) };
}

let clients = 0;
const newId = (): string => {
  clients += 1;
  return `unit-${process.pid}-${clients}`;
};

/** What every Mqtt must do, against one kind of broker. */
export function mqttContract(kind: BrokerKind): void {
  const { unavailable } = kind;
  if (unavailable !== undefined) {
    it.skipIf(process.env.CI !== 'true')(`mqtt contract against ${kind.name} (${unavailable})`, () =>
      expect.fail(unavailable),
    );
    return;
  }

  describe(`mqtt contract against ${kind.name}`, () => {
    let broker: TestBroker;
    let wire: Wire;
    const used: Client[] = [];
    beforeAll(async () => {
      broker = await kind.start();
      wire = await layWire(broker.port);
    });
    afterAll(async () => {
      await wire.close();
      await broker.stop();
    });
    afterEach(() => {
      for (const client of used.splice(0)) client.mqtt.disconnect();
    });
    const client = (session: Partial<MqttSession> = {}, options: Partial<MqttOptions> = {}): Client => {
      const made = new Client({ ...broker.reach(wire.port), clientId: newId(), ...options }, session);
      used.push(made);
      return made;
    };
    const listenerOn = async (...subscriptions: string[]): Promise<Client> => {
      const made = client({ subscriptions }, broker.reach());
      await made.connect();
      return made;
    };

    it('tells with the connection what the broker grants', async () => {
      const { grant } = await client().connect();
      expect(grant).toEqual({ sessionPresent: false, ...granted });
    });

    it('carries bytes unchanged and tells the id of each message the broker has taken', async () => {
      const listener = await listenerOn('bytes/+');
      const sender = client();
      await sender.connect();
      const payloads = [
        new Uint8Array(0),
        Uint8Array.from({ length: 256 }, (_, byte) => byte),
        new Uint8Array(9000).fill(0xff),
      ];
      for (const [at, payload] of payloads.entries()) await sender.publish(70 + at, { topic: `bytes/${at}`, payload });
      await listener.told('mqtt.message', payloads.length);
      expect(sender.of('mqtt.published').map((event) => event.id)).toEqual([70, 71, 72]);
      expect(listener.of('mqtt.message').map((event) => Uint8Array.from(event.message.payload))).toEqual(payloads);
    });

    it('keeps the order of messages within the window, and tells each as published once', async () => {
      const total = 500;
      const window = 10;
      const listener = await listenerOn('row');
      const sender = client();
      await sender.connect();
      for (let id = 1; id <= total; id += 1) {
        if (id > window) await sender.told('mqtt.published', id - window);
        sender.mqtt.publish(id, message('row', String(id)));
      }
      await listener.told('mqtt.message', total);
      await sender.told('mqtt.published', total);
      const wanted = Array.from({ length: total }, (_, at) => at + 1);
      expect(listener.texts()).toEqual(wanted.map((id) => `row ${id}`));
      expect(sender.of('mqtt.published').map((event) => event.id)).toEqual(wanted);
    });

    it('is subscribed before it says that it is connected', async () => {
      const sender = await listenerOn();
      const listener = client({ subscriptions: ['early/a', 'early/b'] });
      await listener.connect();
      await sender.publish(1, message('early/a', 'one'));
      await sender.publish(2, message('early/b', 'two'));
      await listener.told('mqtt.message', 2);
      expect(listener.texts()).toEqual(['early/a one', 'early/b two']);
    });

    it('drops what is published before it is connected', async () => {
      const listener = await listenerOn('drop');
      const sender = client();
      sender.mqtt.publish(1, message('drop', 'before connect'));
      const connecting = sender.connect();
      sender.mqtt.publish(2, message('drop', 'while connecting'));
      await connecting;
      await sender.publish(3, message('drop', 'connected'));
      await listener.told('mqtt.message');
      expect(listener.texts()).toEqual(['drop connected']);
      expect(sender.of('mqtt.published').map((event) => event.id)).toEqual([3]);
    });

    it('gets after reconnecting, and after `connected`, what was sent to it meanwhile', async () => {
      const sender = await listenerOn();
      const away = client({ subscriptions: ['post'] });
      await away.connect();
      away.mqtt.disconnect();
      for (let id = 1; id <= 30; id += 1) await sender.publish(id, message('post', String(id)));
      const { grant } = await away.connect();
      expect(grant.sessionPresent).toBe(true);
      await away.told('mqtt.message', 30);
      expect(away.texts()).toEqual(Array.from({ length: 30 }, (_, at) => `post ${at + 1}`));
      expect(away.events.map((event) => event.type).lastIndexOf('mqtt.connected')).toBe(1);
    });

    it('has its will published when the connection is lost', async () => {
      const listener = await listenerOn('will/#');
      const lost = client({ will: message('will/lost', 'session 7') });
      await lost.connect();
      wire.cut();
      await lost.told('mqtt.disconnected');
      await listener.told('mqtt.message');
      expect(listener.texts()).toEqual(['will/lost session 7']);
    });

    it('says goodbye on `disconnect`: no will, and nothing more is told, even with unanswered messages', async () => {
      const listener = await listenerOn('will/#', 'after');
      const leaving = client({ will: message('will/leaving', 'wrong') });
      await leaving.connect();
      leaving.mqtt.publish(1, message('elsewhere', 'unanswered'));
      leaving.mqtt.disconnect();
      leaving.mqtt.publish(2, message('after', 'dropped'));
      const told = leaving.events.length;
      await leaving.connect();
      await leaving.publish(3, message('after', 'back'));
      await listener.told('mqtt.message');
      expect(listener.texts()).toEqual(['after back']);
      expect(leaving.events.slice(told).map((event) => event.type)).toEqual(['mqtt.connected', 'mqtt.published']);
    });

    it('tells a lost connection once, does not come back by itself, and connects again when asked', async () => {
      const before = wire.made;
      const unit = client();
      await unit.connect();
      wire.cut();
      await unit.told('mqtt.disconnected');
      await client().connect();
      expect(wire.made - before).toBe(2);
      await unit.connect();
      expect(unit.of('mqtt.disconnected')).toHaveLength(1);
    });

    it('notices a line that is silently dead by its keepalive', async () => {
      const unit = client({}, { keepaliveS: 1 });
      await unit.connect();
      wire.block();
      const { reason } = await unit.told('mqtt.disconnected');
      expect(reason).toMatch(/keepalive/i);
    });

    it('gives up when an older connection is taken over by another with the same id', async () => {
      const clientId = newId();
      const first = client({}, { clientId });
      await first.connect();
      const second = client({}, { clientId });
      await second.connect();
      const { reason } = await first.told('mqtt.disconnected');
      // Mosquitto 2.0 hangs up without a word.
      expect(reason).toMatch(kind.name === 'embedded aedes' ? /our id took it over/ : /our id took it over|was lost/);
      expect(first.of('mqtt.disconnected')).toHaveLength(1);
      expect(second.of('mqtt.disconnected')).toHaveLength(0);
    });

    it('tells once when the broker refuses it', async () => {
      const refused = client({}, { username: 'stranger', password: 'x' });
      refused.mqtt.connect({ will: message('will/x', ''), subscriptions: [] });
      const { reason } = await refused.told('mqtt.disconnected');
      expect(reason).toMatch(/not authorized|bad user name/i);
      expect(refused.events).toHaveLength(1);
    });

    it('gives the connection up when the broker refuses a message, rather than wait for its answer for ever', async () => {
      const unit = client();
      await unit.connect();
      unit.mqtt.publish(1, message('closed/door', 'x'));
      const { reason } = await unit.told('mqtt.disconnected');
      expect(reason).toMatch(/closed\/door.*not authorized/i);
      expect(unit.of('mqtt.published')).toEqual([]);
    });

    it('tells once when the broker stops, and again for each attempt while it is away', async () => {
      const other = await kind.start();
      const unit = client({}, other.reach());
      await unit.connect();
      await other.stop();
      await unit.told('mqtt.disconnected');
      unit.mqtt.connect({ will: message('will/x', ''), subscriptions: [] });
      const { reason } = await unit.told('mqtt.disconnected', 2);
      expect(reason).toContain('ECONNREFUSED');
    });
  });
}

export { Client, message };
