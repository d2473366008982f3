import type { Mqtt, MqttEvent, MqttMessage, MqttSession } from '../ports/mqtt.ts';
import { MqttConnection } from './mqtt-connection.ts';

/** PEM texts: whom we believe, and who we are. */
export interface TlsIdentity {
  /** The only authorities whose brokers are believed; absent: those that the system knows. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface MqttOptions {
  /** `mqtt://host:port`; `mqtts://`, `ws://` and `wss://` work as well. */
  readonly url: string;
  /** Names the session at the broker; two connections with one id throw each other out. */
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  /** For `mqtts:` and `wss:`. */
  readonly tls?: TlsIdentity;
  /**
   * Whether the time on this machine can be right. While it says no, an `mqtts:` broker is not refused for the dates in
   * its certificate alone. Absent: always.
   */
  readonly clockBelieved?: () => boolean;
  /** Seconds between signs of life; the broker publishes the will after one and a half times this. */
  readonly keepaliveS?: number;
  /** Seconds the broker keeps what is addressed to us after the connection has ended. */
  readonly sessionExpiryS?: number;
  /** Messages the broker may send ahead of our answers (Receive Maximum, MQTT 5 §3.1.2.11.3). */
  readonly receiveMax?: number;
  /** Milliseconds from the first packet to granted subscriptions; a broker that takes longer is given up. */
  readonly openingMsMax?: number;
}

/** The MQTT port on mqtt.js 5, which is loaded at the first `connect`: it costs 150 ms of boot. */
export function createMqtt(options: MqttOptions): Mqtt {
  let tell: (event: MqttEvent) => void = () => undefined;
  let connection: MqttConnection | undefined;
  return {
    listen(listener: (event: MqttEvent) => void): void {
      tell = listener;
    },
    connect(session: MqttSession): void {
      connection?.drop();
      connection = new MqttConnection(options, session, (event) => tell(event));
    },
    publish(id: number, message: MqttMessage): void {
      connection?.publish(id, message);
    },
    disconnect(): void {
      connection?.close();
      connection = undefined;
    },
  };
}
