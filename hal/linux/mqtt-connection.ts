import type { IClientOptions, IConnackPacket, MqttClient } from 'mqtt';
import type { MqttEvent, MqttGrant, MqttMessage, MqttSession } from '../ports/mqtt.ts';
import type { MqttOptions } from './mqtt.ts';
import { openTls, plainly } from './mqtt-tls.ts';

const OPENING_MS_MAX = 15_000;
/** A broker that does not hang up after our DISCONNECT is left. */
const CLOSING_MS_MAX = 2_000;
/** The largest message we are sent is a configuration or a batch of events, both below 10 kB. */
const RECEIVE_BYTES_MAX = 64 * 1024;
/** Messages of a kept session that arrive before its subscriptions are granted. */
const EARLY_MESSAGES_MAX = 1000;
/** What MQTT 5 grants where the broker names no limit (§3.2.2.3.3; §3.2.2.3.6 with §2.1.4). */
const UNLIMITED = { receiveMaximum: 65_535, packetBytesMax: 268_435_460 };

/**
 * One connection from its first packet to its end. An end that nobody asked for is told once, never from inside a call.
 * mqtt.js brings framing, acknowledgement ids and keepalive; its queue, reconnect and store are kept out of use.
 */
export class MqttConnection {
  readonly #tell: (event: MqttEvent) => void;
  readonly #early: MqttMessage[] = [];
  /** Packet ids without an answer; mqtt.js would wait for them before it says goodbye. */
  readonly #unanswered = new Set<number>();
  readonly #deadline: NodeJS.Timeout;
  #client: MqttClient | undefined;
  #phase: 'opening' | 'open' | 'ended' = 'opening';

  constructor(options: MqttOptions, session: MqttSession, tell: (event: MqttEvent) => void) {
    this.#tell = tell;
    const { openingMsMax = OPENING_MS_MAX } = options;
    this.#deadline = setTimeout(() => this.#fail(`no answer from the broker within ${openingMsMax} ms`), openingMsMax);
    void this.#open(options, session);
  }

  publish(id: number, message: MqttMessage): void {
    const client = this.#client;
    if (client === undefined || this.#phase !== 'open') return;
    client.publish(message.topic, asBuffer(message.payload), { qos: 1 }, (error) => {
      this.#unanswered.delete(packetId);
      if (this.#phase === 'ended') return;
      if (error) this.#fail(`the broker refused a message on ${message.topic}: ${plainly(error)}`);
      else this.#tell({ type: 'mqtt.published', id });
    });
    const packetId = this.#remember(client);
  }

  /** Ends without a goodbye. Nothing more is told. */
  drop(): void {
    if (this.#phase === 'ended') return;
    this.#end();
    this.#client?.end(true);
  }

  /** Says goodbye, so that the broker keeps the will to itself, without waiting for answers. Nothing more is told. */
  close(): void {
    const client = this.#client;
    if (this.#phase === 'ended' || client?.connected !== true) {
      this.drop();
      return;
    }
    this.#end();
    for (const packetId of this.#unanswered) client.removeOutgoingMessage(packetId);
    client.end(false);
    const patience = setTimeout(() => client.stream.destroy(), CLOSING_MS_MAX);
    client.once('close', () => clearTimeout(patience));
  }

  async #open(options: MqttOptions, session: MqttSession): Promise<void> {
    try {
      const { connect, MqttClient } = await import('mqtt');
      if (this.#phase === 'ended') return;
      const wanted = clientOptions(options, session);
      const client =
        wanted.protocol === 'mqtts'
          ? new MqttClient(() => openTls(options, (reason) => this.#fail(reason)), wanted)
          : connect(wanted);
      this.#client = client;
      client.on('connect', (connack) => this.#subscribe(client, session, grantOf(connack)));
      client.on('message', (topic, payload) => this.#receive({ topic, payload }));
      client.on('disconnect', (packet) =>
        this.#fail(
          endings[packet.reasonCode ?? 0] ??
            `the broker ended the connection (MQTT reason code ${packet.reasonCode ?? 0})`,
        ),
      );
      client.on('error', (error) => this.#fail(plainly(error)));
      client.on('close', () => this.#fail('the connection was lost'));
    } catch (error) {
      this.#fail(plainly(error));
    }
  }

  #subscribe(client: MqttClient, session: MqttSession, grant: MqttGrant): void {
    if (session.subscriptions.length === 0) {
      this.#report(grant);
      return;
    }
    client.subscribe([...session.subscriptions], { qos: 1 }, (error) => {
      this.#unanswered.delete(packetId);
      if (this.#phase === 'ended') return;
      if (error) this.#fail(`the broker refused a subscription: ${plainly(error)}`);
      // Outside mqtt.js's promise, or an error of the listener would come back as a refused subscription.
      else queueMicrotask(() => this.#report(grant));
    });
    const packetId = this.#remember(client);
  }

  #report(grant: MqttGrant): void {
    if (this.#phase !== 'opening') return;
    clearTimeout(this.#deadline);
    this.#phase = 'open';
    this.#tell({ type: 'mqtt.connected', grant });
    for (const message of this.#early.splice(0)) this.#receive(message);
  }

  #receive(message: MqttMessage): void {
    if (this.#phase === 'open') this.#tell({ type: 'mqtt.message', message });
    else if (this.#phase === 'opening') this.#early.push(message);
    if (this.#early.length > EARLY_MESSAGES_MAX)
      this.#fail('more messages than expected before the subscriptions were granted');
  }

  #fail(reason: string): void {
    if (this.#phase === 'ended') return;
    this.drop();
    this.#tell({ type: 'mqtt.disconnected', reason });
  }

  #end(): void {
    this.#phase = 'ended';
    clearTimeout(this.#deadline);
    this.#early.length = 0;
  }

  #remember(client: MqttClient): number {
    const packetId = client.getLastMessageId();
    this.#unanswered.add(packetId);
    return packetId;
  }
}

/** Why a broker says goodbye (MQTT 5 §3.14.2.1), as far as a person can do something about it. */
const endings: Readonly<Record<number, string>> = {
  135: 'the broker ended the connection: not authorized',
  139: 'the broker is shutting down',
  141: 'the broker ended the connection: it heard no sign of life (keepalive)',
  142: 'the broker ended the connection: another client with our id took it over',
  152: 'the broker ended the connection: an operator had it ended',
};

function clientOptions(options: MqttOptions, session: MqttSession): IClientOptions {
  const url = new URL(options.url);
  const { clientId, username, password, tls, keepaliveS = 10, sessionExpiryS = 3600, receiveMax = 32 } = options;
  return {
    protocol: url.protocol.slice(0, -1) as NonNullable<IClientOptions['protocol']>,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    clientId,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...tls,
    protocolVersion: 5,
    clean: false,
    keepalive: keepaliveS,
    connectTimeout: options.openingMsMax ?? OPENING_MS_MAX,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    properties: {
      sessionExpiryInterval: sessionExpiryS,
      receiveMaximum: receiveMax,
      maximumPacketSize: RECEIVE_BYTES_MAX,
    },
    will: { topic: session.will.topic, payload: asBuffer(session.will.payload), qos: 1, retain: false },
  };
}

function grantOf(connack: IConnackPacket): MqttGrant {
  const { receiveMaximum, maximumPacketSize } = connack.properties ?? {};
  return {
    sessionPresent: connack.sessionPresent,
    receiveMaximum: receiveMaximum ?? UNLIMITED.receiveMaximum,
    packetBytesMax: maximumPacketSize ?? UNLIMITED.packetBytesMax,
  };
}

/** The same bytes, seen as mqtt.js wants them. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
