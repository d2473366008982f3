import type { Mqtt, MqttEvent, MqttMessage, MqttSession } from '../../hal/ports/mqtt.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { SimBroker } from './broker.ts';
import type { CrashPoints } from './crash-points.ts';
import type { Weather } from './network.ts';

const keepAliveMs = 10_000;
const connectTimeoutMs = 5_000;
const receiveMaximum = 20;
const packetBytesMax = 65_536;

interface Connection {
  readonly session: MqttSession;
  /** The socket as the unit sees it. */
  open: boolean;
  /** Whether the broker still counts the client as present. */
  attached: boolean;
}

/** What the MQTT client needs from the unit and the world. */
export interface MqttSurroundings {
  readonly timeline: Timeline;
  readonly crashPoints: CrashPoints;
  readonly broker: SimBroker;
  readonly weather: Weather;
  /** Hands an event to the unit, which passes it to the firmware when one is running. */
  readonly answer: (event: MqttEvent) => void;
}

/** The unit's MQTT 5 connection over a network that fails. */
export class SimMqtt implements Mqtt {
  readonly #around: MqttSurroundings;
  #listener: ((event: MqttEvent) => void) | undefined;
  #connection: Connection | undefined;
  readonly #lastArrivalMs = { up: 0, down: 0 };

  constructor(around: MqttSurroundings) {
    this.#around = around;
  }

  get connected(): boolean {
    return this.#connection?.open ?? false;
  }

  listen(listener: (event: MqttEvent) => void): void {
    this.#listener = listener;
  }

  deliver(event: MqttEvent): void {
    this.#listener?.(event);
  }

  connect(session: MqttSession): void {
    this.#around.crashPoints.around('mqtt.connect', () => this.#connect(session));
  }

  publish(id: number, message: MqttMessage): void {
    this.#around.crashPoints.around('mqtt.publish', () => this.#publish(id, message));
  }

  disconnect(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    connection.open = false;
    this.#detach(connection, false);
  }

  /** The unit's power or process is gone; the broker will notice by itself. */
  losePower(): void {
    this.#listener = undefined;
    this.#abandon();
  }

  /** The line is cut: both ends notice when the keep-alive runs out. */
  lineCut(): void {
    const connection = this.#abandon();
    const listener = this.#listener;
    if (connection === undefined) return;
    this.#around.timeline.after(keepAliveMs * 1.5, () => {
      if (this.#connection !== undefined || this.#listener !== listener) return;
      this.#around.answer({ type: 'mqtt.disconnected', reason: 'keep-alive' });
    });
  }

  /** The broker closes every connection, e.g. because it restarts. */
  kicked(): void {
    const connection = this.#connection;
    if (connection?.open !== true) return;
    this.#connection = undefined;
    connection.open = false;
    this.#detach(connection, true);
    this.#around.answer({ type: 'mqtt.disconnected', reason: 'closed by broker' });
  }

  #connect(session: MqttSession): void {
    this.#abandon();
    const connection: Connection = { session, open: false, attached: false };
    this.#connection = connection;
    const { timeline, weather } = this.#around;
    if (!weather.conditions.up) {
      timeline.after(connectTimeoutMs, () => this.#broken(connection, 'unreachable'));
      return;
    }
    timeline.after(weather.latencyMs() * 2, () => this.#welcome(connection));
  }

  #welcome(connection: Connection): void {
    if (this.#connection !== connection) return;
    const { broker, weather, answer } = this.#around;
    if (!weather.conditions.up) return this.#broken(connection, 'unreachable');
    connection.open = true;
    connection.attached = true;
    const backlog: MqttMessage[] = [];
    let ready = false;
    const sessionPresent = broker.attach(connection.session.subscriptions, connection.session.will, (message) => {
      if (ready) this.#toUnit(connection, message);
      else backlog.push(message);
    });
    ready = true;
    answer({ type: 'mqtt.connected', grant: { sessionPresent, receiveMaximum, packetBytesMax } });
    for (const message of backlog) this.#toUnit(connection, message);
  }

  #publish(id: number, message: MqttMessage): void {
    const connection = this.#connection;
    if (connection?.open !== true) return;
    const { timeline, weather } = this.#around;
    if (weather.drops()) {
      timeline.after(weather.latencyMs(), () => this.#broken(connection, 'connection reset'));
      return;
    }
    timeline.at(this.#arrivalMs('up'), () => this.#arrive(connection, id, message));
  }

  /** A message reaches the broker, which hands it on and acknowledges it. */
  #arrive(connection: Connection, id: number, message: MqttMessage): void {
    if (!connection.attached) return;
    const { timeline, weather, broker, answer } = this.#around;
    broker.fromUnit(message);
    if (weather.duplicates()) timeline.after(weather.latencyMs() + weather.delayMs(), () => broker.fromUnit(message));
    timeline.after(weather.latencyMs(), () => {
      if (connection.open) answer({ type: 'mqtt.published', id });
    });
  }

  #toUnit(connection: Connection, message: MqttMessage): void {
    const { timeline, weather, answer } = this.#around;
    if (weather.drops()) {
      timeline.after(weather.latencyMs(), () => this.#broken(connection, 'connection reset'));
      return;
    }
    const copies = weather.duplicates() ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      timeline.at(this.#arrivalMs('down'), () => {
        if (connection.open) answer({ type: 'mqtt.message', message });
      });
    }
  }

  /** When a message that leaves now arrives: in order, unless it is held up and others overtake it. */
  #arrivalMs(direction: 'up' | 'down'): number {
    const { timeline, weather } = this.#around;
    const delayMs = weather.delayMs();
    const arrivalMs = Math.max(timeline.nowMs + weather.latencyMs(), this.#lastArrivalMs[direction]);
    if (delayMs > 0) return arrivalMs + delayMs;
    this.#lastArrivalMs[direction] = arrivalMs;
    return arrivalMs;
  }

  #broken(connection: Connection, reason: string): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    connection.open = false;
    this.#detach(connection, true);
    this.#around.answer({ type: 'mqtt.disconnected', reason });
  }

  /** Drops the unit's end without a goodbye; the broker finds out after one and a half keep-alives. */
  #abandon(): Connection | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return undefined;
    connection.open = false;
    this.#around.timeline.after(keepAliveMs * 1.5, () => this.#detach(connection, true));
    return connection;
  }

  #detach(connection: Connection, silently: boolean): void {
    if (!connection.attached) return;
    connection.attached = false;
    if (this.#connection?.attached !== true) this.#around.broker.detach(silently);
  }
}
