import type { Entropy } from '../../hal/ports/entropy.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Mqtt, MqttEvent, MqttMessage, MqttSession } from '../../hal/ports/mqtt.ts';
import type { Acknowledgement } from '../../protocol/messages/ack.ts';
import { Answers, type Parcel } from './answers.ts';

/** Everything that devices write. */
const SUBSCRIPTION = 'd/+/up/#';
const BACKOFF_MS_MIN = 500;
const BACKOFF_MS_MAX = 30_000;

/** The port wants a will; nobody listens to this one. */
const SESSION: MqttSession = {
  will: { topic: 'centre/gone', payload: new Uint8Array(0) },
  subscriptions: [SUBSCRIPTION],
};

export interface LinkSurroundings {
  readonly mqtt: Mqtt;
  readonly entropy: Entropy;
  readonly log: Log;
  /** Called with each message; the broker gets its PUBACK when it returns. */
  readonly receive: (message: MqttMessage) => void;
}

/** Keeps the centre connected to the broker, with jitter between attempts, and carries its answers. */
export class CentreLink {
  readonly #around: LinkSurroundings;
  readonly #answers: Answers;
  /** Resolves when the broker has been reached for the first time. */
  readonly whenConnected: Promise<void>;
  #nowConnected: () => void = () => undefined;
  #connected = false;
  #stopped = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(around: LinkSurroundings) {
    this.#around = around;
    this.#answers = new Answers(around.mqtt, ({ key }, bytes) =>
      around.log.write('error', `${key} was not sent: it has ${bytes} bytes, more than the broker takes`),
    );
    this.whenConnected = new Promise((resolve) => {
      this.#nowConnected = resolve;
    });
  }

  get connected(): boolean {
    return this.#connected;
  }

  start(): void {
    this.#around.mqtt.listen((event) => this.#handle(event));
    this.#around.mqtt.connect(SESSION);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#around.mqtt.disconnect();
  }

  answer(device: string, acknowledgement: Acknowledgement): void {
    this.#answers.give({ device, acknowledgement });
  }

  /** Sends something else, after the acknowledgements. */
  post(parcel: Parcel): void {
    this.#answers.post(parcel);
  }

  #handle(event: MqttEvent): void {
    if (this.#stopped) return;
    switch (event.type) {
      case 'mqtt.connected':
        this.#connected = true;
        this.#failures = 0;
        this.#around.log.write('info', 'connected to the broker');
        this.#answers.connected(event.grant);
        this.#nowConnected();
        break;
      case 'mqtt.disconnected':
        this.#connected = false;
        this.#answers.disconnected();
        this.#connectLater(event.reason);
        break;
      case 'mqtt.message':
        this.#around.receive(event.message);
        break;
      case 'mqtt.published':
        this.#answers.published(event.id);
        break;
    }
  }

  /** Doubles the wait with each failure and draws it from the upper half, so that many clients do not come at once. */
  #connectLater(reason: string): void {
    const { mqtt, entropy, log } = this.#around;
    const widestMs = Math.min(BACKOFF_MS_MIN * 2 ** this.#failures, BACKOFF_MS_MAX);
    const waitMs = widestMs / 2 + entropy.below(widestMs / 2);
    this.#failures = Math.min(this.#failures + 1, 16);
    log.write('warning', `no connection to the broker (${reason}); next attempt in ${waitMs} ms`);
    this.#retry = setTimeout(() => mqtt.connect(SESSION), waitMs);
  }
}
