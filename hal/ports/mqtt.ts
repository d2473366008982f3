export interface MqttMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** What the broker grants a connection; the sender keeps within it. */
export interface MqttGrant {
  readonly sessionPresent: boolean;
  /** Receive Maximum (MQTT 5 §3.2.2.3.3). */
  readonly receiveMaximum: number;
  /** Maximum Packet Size in bytes (§3.2.2.3.6). */
  readonly packetBytesMax: number;
}

export type MqttEvent =
  | { readonly type: 'mqtt.connected'; readonly grant: MqttGrant }
  | { readonly type: 'mqtt.disconnected'; readonly reason: string }
  | { readonly type: 'mqtt.message'; readonly message: MqttMessage }
  /** The broker has taken message `id` (PUBACK). It is no proof that anybody stored it. */
  | { readonly type: 'mqtt.published'; readonly id: number };

export interface MqttSession {
  /** Sent by the broker on our behalf when the connection dies. */
  readonly will: MqttMessage;
  readonly subscriptions: readonly string[];
}

/**
 * One MQTT 5 connection, QoS 1, without a queue of its own: what is published while not connected is dropped, and
 * nothing reconnects by itself. Whoever calls keeps the outbox, the window and the backoff.
 *
 * A connection that fails, at whatever stage, tells `mqtt.disconnected` once and then nothing more. One that was ended
 * by `disconnect` (with a goodbye: no will) or by another `connect` (without) is not heard of again.
 */
export interface Mqtt {
  /** One listener; a later one takes its place. */
  listen(listener: (event: MqttEvent) => void): void;
  connect(session: MqttSession): void;
  publish(id: number, message: MqttMessage): void;
  disconnect(): void;
}
