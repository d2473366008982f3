import { describe, expect, it } from 'vitest';
import type { Mqtt, MqttEvent, MqttSession } from '../../../hal/ports/mqtt.ts';
import { decodeState, encodeState } from '../../../protocol/messages/state.ts';
import { Calls, tapped } from '../../../sim/fleet/tap.ts';

class Inner implements Mqtt {
  readonly sessions: MqttSession[] = [];
  tell: (event: MqttEvent) => void = () => undefined;
  listen(listener: (event: MqttEvent) => void): void {
    this.tell = listener;
  }
  connect(session: MqttSession): void {
    this.sessions.push(session);
  }
  publish(): void {}
  disconnect(): void {}
}

const session = (number: number): MqttSession => ({
  will: { topic: 'd/unit-1/up/state', payload: encodeState({ online: false, session: number }) },
  subscriptions: ['d/unit-1/down/ack'],
});
const grant = { sessionPresent: false, receiveMaximum: 9, packetBytesMax: 9000 };

describe('a tapped line', () => {
  it('counts attempts, connections and why they ended, and passes all of it on', () => {
    const inner = new Inner();
    const calls = new Calls();
    let nowMs = 100;
    const line = tapped(inner, { calls, nowMs: () => nowMs });
    const heard: string[] = [];
    line.listen(({ type }) => heard.push(type));
    line.connect(session(7));
    nowMs = 130;
    inner.tell({ type: 'mqtt.connected', grant });
    inner.tell({ type: 'mqtt.disconnected', reason: 'lost' });
    expect(calls).toMatchObject({ attempts: [100], connected: [130], endings: new Map([['lost', 1]]) });
    expect(heard).toEqual(['mqtt.connected', 'mqtt.disconnected']);
    expect(inner.sessions).toEqual([session(7)]);
  });

  it.each([1, 2, 7])('leaves the broker a will of another session than %d when it is to be mute', (number) => {
    const inner = new Inner();
    tapped(inner, { calls: new Calls(), nowMs: () => 0, muteWill: true }).connect(session(number));
    const [{ will, subscriptions } = session(number)] = inner.sessions;
    expect(decodeState(will.payload)).toMatchObject({ online: false });
    expect(decodeState(will.payload).session).not.toBe(number);
    expect([will.topic, subscriptions]).toEqual(['d/unit-1/up/state', ['d/unit-1/down/ack']]);
  });
});
