import { describe, expect, it } from 'vitest';
import { AirLine } from '../../../../firmware/air/air-line.ts';
import type { Mqtt, MqttEvent, MqttMessage, MqttSession } from '../../../../hal/ports/mqtt.ts';

const will = { topic: 'd/DD-0042/up/state', payload: new Uint8Array(1) };
const message = (text: string): MqttMessage => ({
  topic: 'd/DD-0042/up/event',
  payload: new TextEncoder().encode(text),
});

/** The line between a dispensing and a broker, with a guest who asks whenever he may. */
class Bench {
  readonly sent: { readonly id: number; readonly topic: string }[] = [];
  readonly heard: MqttEvent[] = [];
  readonly received: Uint8Array[] = [];
  sessions: MqttSession[] = [];
  wants = false;
  #tell: (event: MqttEvent) => void = () => undefined;
  readonly line = new AirLine(this.#mqtt(), 'DD-0042');

  constructor(receiveMaximum = 20) {
    this.line.admit({
      look: () => {
        if (this.wants && this.line.isFree) this.line.ask(new Uint8Array([9]));
      },
      connected: () => undefined,
      received: (part) => this.received.push(part),
    });
    this.line.listen((event) => this.heard.push(event));
    this.line.connect({ will, subscriptions: ['d/DD-0042/down/ack'] });
    this.tell({ type: 'mqtt.connected', grant: { sessionPresent: false, receiveMaximum, packetBytesMax: 1_000 } });
  }

  tell(event: MqttEvent): void {
    this.#tell(event);
  }

  take(index: number): void {
    this.tell({ type: 'mqtt.published', id: this.sent[index]?.id ?? 0 });
  }

  get topics(): string[] {
    return this.sent.map(({ topic }) => topic.slice('d/DD-0042/'.length));
  }

  #mqtt(): Mqtt {
    return {
      listen: (listener) => {
        this.#tell = listener;
      },
      connect: (session) => this.sessions.push(session),
      publish: (id, { topic }) => this.sent.push({ id, topic }),
      disconnect: () => undefined,
    };
  }
}

describe('the line that the dispensing shares', () => {
  it('lets the guest ask only when nothing of the dispensing is on its way', () => {
    const bench = new Bench();
    bench.line.publish(1, message('alarm'));
    bench.line.publish(2, message('dose'));
    bench.wants = true;
    bench.take(0);
    expect(bench.topics).toEqual(['up/event', 'up/event']);
    bench.take(1);
    expect(bench.topics).toEqual(['up/event', 'up/event', 'up/image']);
  });

  it('lets an alarm leave at once while a piece is on its way', () => {
    const bench = new Bench();
    bench.line.ask(new Uint8Array([9]));
    bench.line.publish(1, message('alarm'));
    expect(bench.topics).toEqual(['up/image', 'up/event']);
    expect(bench.line.isFree).toBe(false);
  });

  it('keeps the window that the broker grants, for both together', () => {
    const bench = new Bench(1);
    bench.line.ask(new Uint8Array([9]));
    bench.line.publish(1, message('alarm'));
    expect(bench.topics).toEqual(['up/image']);
    bench.take(0);
    expect(bench.topics).toEqual(['up/image', 'up/event']);
  });

  it('hides from the dispensing what is the guest’s', () => {
    const bench = new Bench();
    bench.line.ask(new Uint8Array([9]));
    bench.take(0);
    bench.tell({ type: 'mqtt.message', message: { topic: 'd/DD-0042/down/image', payload: new Uint8Array([1]) } });
    bench.tell({ type: 'mqtt.message', message: { topic: 'd/DD-0042/down/ack', payload: new Uint8Array([2]) } });
    expect(bench.heard.map(({ type }) => type)).toEqual(['mqtt.connected', 'mqtt.message']);
    expect(bench.received).toEqual([new Uint8Array([1])]);
  });

  it('subscribes for the guest, unless the unit has locked itself and hears nothing', () => {
    const bench = new Bench();
    expect(bench.sessions[0]?.subscriptions).toEqual(['d/DD-0042/down/ack', 'd/DD-0042/down/image']);
    bench.line.connect({ will, subscriptions: [] });
    expect(bench.sessions[1]?.subscriptions).toEqual([]);
  });

  it('forgets with the connection what the broker has not taken', () => {
    const bench = new Bench(1);
    bench.line.ask(new Uint8Array([9]));
    bench.line.publish(1, message('alarm'));
    bench.tell({ type: 'mqtt.disconnected', reason: 'the line was cut' });
    expect(bench.line.isFree).toBe(false);
    bench.take(0);
    expect(bench.topics).toEqual(['up/image']);
  });
});
