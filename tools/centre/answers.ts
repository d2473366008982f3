import type { Mqtt } from '../../hal/ports/mqtt.ts';
import { type Acknowledgement, encodeAck } from '../../protocol/messages/ack.ts';
import { topicOf } from '../../protocol/topics.ts';

/** Answers on their way to the broker at one time, whatever more it would grant. */
const IN_FLIGHT_MAX = 10;
/** Devices waiting for an answer. One that is dropped is asked for again: the device sends its events once more. */
const WAITING_MAX = 10_000;

interface Answer {
  readonly device: string;
  readonly acknowledgement: Acknowledgement;
}

/**
 * Sends acknowledgements within the window that the broker grants. They are cumulative, so of several that wait for
 * the same device and epoch only the last is sent, and one that was lost on the way is simply sent again.
 */
export class Answers {
  readonly #mqtt: Mqtt;
  readonly #waiting = new Map<string, Answer>();
  readonly #inFlight = new Map<number, Answer>();
  #window = 0;
  #nextId = 1;

  constructor(mqtt: Mqtt) {
    this.#mqtt = mqtt;
  }

  give(answer: Answer): void {
    const key = keyOf(answer);
    if (!this.#waiting.has(key) && this.#waiting.size >= WAITING_MAX) return;
    this.#waiting.set(key, answer);
    this.#send();
  }

  connected(receiveMaximum: number): void {
    this.#window = Math.max(1, Math.min(receiveMaximum, IN_FLIGHT_MAX));
    this.#send();
  }

  published(id: number): void {
    this.#inFlight.delete(id);
    this.#send();
  }

  disconnected(): void {
    this.#window = 0;
    // A newer answer that has come to wait meanwhile says more.
    for (const answer of this.#inFlight.values()) {
      if (!this.#waiting.has(keyOf(answer))) this.#waiting.set(keyOf(answer), answer);
    }
    this.#inFlight.clear();
  }

  #send(): void {
    for (const [key, answer] of this.#waiting) {
      if (this.#inFlight.size >= this.#window) return;
      this.#waiting.delete(key);
      const id = this.#nextId;
      this.#nextId += 1;
      this.#inFlight.set(id, answer);
      this.#mqtt.publish(id, {
        topic: topicOf(answer.device, 'down/ack'),
        payload: encodeAck(answer.acknowledgement),
      });
    }
  }
}

function keyOf({ device, acknowledgement }: Answer): string {
  return `${device}/${acknowledgement.epoch}`;
}
