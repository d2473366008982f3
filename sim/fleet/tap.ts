import type { Mqtt, MqttEvent, MqttSession } from '../../hal/ports/mqtt.ts';
import { decodeState, encodeState } from '../../protocol/messages/state.ts';

/** When the lines of a fleet were tried and when they stood, in real milliseconds. */
export class Calls {
  readonly attempts: number[] = [];
  readonly connected: number[] = [];
  /** Why connections ended or failed, each with how often. */
  readonly endings = new Map<string, number>();

  clear(): void {
    this.attempts.length = 0;
    this.connected.length = 0;
    this.endings.clear();
  }
}

export interface TapOptions {
  readonly calls: Calls;
  readonly nowMs: () => number;
  /** The will names another session than the unit's, so that the centre makes nothing of it. */
  readonly muteWill?: boolean;
}

/** A line whose connections are counted. */
export function tapped(inner: Mqtt, { calls, nowMs, muteWill = false }: TapOptions): Mqtt {
  const count = (event: MqttEvent): void => {
    if (event.type === 'mqtt.connected') calls.connected.push(nowMs());
    if (event.type === 'mqtt.disconnected') calls.endings.set(event.reason, (calls.endings.get(event.reason) ?? 0) + 1);
  };
  return {
    listen: (listener) =>
      inner.listen((event) => {
        count(event);
        listener(event);
      }),
    connect(session) {
      calls.attempts.push(nowMs());
      inner.connect(muteWill ? withMuteWill(session) : session);
    },
    publish: (id, message) => inner.publish(id, message),
    disconnect: () => inner.disconnect(),
  };
}

function withMuteWill(session: MqttSession): MqttSession {
  const { topic, payload } = session.will;
  const { session: number } = decodeState(payload);
  return { ...session, will: { topic, payload: encodeState({ online: false, session: number > 1 ? number - 1 : 2 }) } };
}
