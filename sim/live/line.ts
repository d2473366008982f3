import type { Mqtt, MqttEvent, MqttMessage, MqttSession } from '../../hal/ports/mqtt.ts';
import type { UnitLine } from '../device/unit.ts';

/** A real MQTT connection behind a plug that can be pulled. */
export class LiveLine implements UnitLine {
  readonly #inner: Mqtt;
  readonly #answer: (event: MqttEvent) => void;
  #listener: ((event: MqttEvent) => void) | undefined;
  #plugged = true;
  #phase: 'down' | 'connecting' | 'up' = 'down';
  readonly #unanswered = new Set<number>();

  constructor(inner: Mqtt, answer: (event: MqttEvent) => void) {
    this.#inner = inner;
    this.#answer = answer;
    inner.listen((event) => this.#heard(event));
  }

  get connected(): boolean {
    return this.#phase === 'up';
  }

  /** Whether the broker owes an answer, to a connection attempt or to a message. */
  get isOwed(): boolean {
    return this.#phase === 'connecting' || this.#unanswered.size > 0;
  }

  set plugged(plugged: boolean) {
    if (plugged === this.#plugged) return;
    this.#plugged = plugged;
    if (!plugged) this.lineCut();
  }

  listen(listener: (event: MqttEvent) => void): void {
    this.#listener = listener;
  }

  deliver(event: MqttEvent): void {
    this.#listener?.(event);
  }

  connect(session: MqttSession): void {
    // Without a line the attempt is left to time out, as it would be.
    if (!this.#plugged) return;
    this.#phase = 'connecting';
    this.#inner.connect(session);
  }

  publish(id: number, message: MqttMessage): void {
    if (this.#phase !== 'up') return;
    this.#unanswered.add(id);
    this.#inner.publish(id, message);
  }

  disconnect(): void {
    this.#goDown();
    this.#inner.disconnect();
  }

  losePower(): void {
    this.#listener = undefined;
    this.disconnect();
  }

  lineCut(): void {
    const wasUp = this.#phase !== 'down';
    this.disconnect();
    if (wasUp) this.#answer({ type: 'mqtt.disconnected', reason: 'the line was cut' });
  }

  kicked(): void {
    this.lineCut();
  }

  #heard(event: MqttEvent): void {
    if (!this.#plugged) return;
    if (event.type === 'mqtt.connected') this.#phase = 'up';
    if (event.type === 'mqtt.published') this.#unanswered.delete(event.id);
    if (event.type === 'mqtt.disconnected') {
      if (this.#phase === 'down') return;
      this.#goDown();
    }
    this.#answer(event);
  }

  #goDown(): void {
    this.#phase = 'down';
    this.#unanswered.clear();
  }
}
