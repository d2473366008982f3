import type { Mqtt, MqttGrant, MqttMessage } from '../../hal/ports/mqtt.ts';
import { mqttPacketBytes } from '../../protocol/limits.ts';
import { type Acknowledgement, encodeAck } from '../../protocol/messages/ack.ts';
import { topicOf } from '../../protocol/topics.ts';

/** Answers on their way to the broker at one time, whatever more it would grant. */
const IN_FLIGHT_MAX = 10;
/** Devices waiting for an answer. One that is dropped is asked for again: the device sends its events once more. */
const WAITING_MAX = 10_000;
/** Parcels waiting. One that is dropped is still open, and is sent when its device connects or speaks again. */
const PARCELS_MAX = 20_000;

interface Answer {
  readonly device: string;
  readonly acknowledgement: Acknowledgement;
}

/** Something else for a device. */
export interface Parcel {
  /** Of several with one key that wait, only the last is sent. */
  readonly key: string;
  /** Called when its turn has come; undefined when it is not to be sent any more. */
  readonly make: () => MqttMessage | undefined;
}

/** On its way to the broker, with what happens when the connection is lost meanwhile. */
interface Posted {
  readonly parcel: boolean;
  readonly again: () => void;
}

/** What a broker grants a connection, as far as it matters here. */
export type Window = Pick<MqttGrant, 'receiveMaximum' | 'packetBytesMax'>;

/**
 * Sends acknowledgements within the window that the broker grants. They are cumulative, so of several that wait for
 * the same device and epoch only the last is sent, and one that was lost on the way is simply sent again.
 * Parcels come after them and never take more than half of the window, so that they hold up no acknowledgement.
 */
export class Answers {
  readonly #mqtt: Mqtt;
  readonly #tooLarge: (parcel: Parcel, bytes: number) => void;
  readonly #waiting = new Map<string, Answer>();
  readonly #parcels = new Map<string, Parcel>();
  readonly #inFlight = new Map<number, Posted>();
  #parcelsInFlight = 0;
  #window = 0;
  #bytesMax = 0;
  #nextId = 1;

  /** @param tooLarge told of a parcel that the broker would not take; it is not sent */
  constructor(mqtt: Mqtt, tooLarge: (parcel: Parcel, bytes: number) => void = () => undefined) {
    this.#mqtt = mqtt;
    this.#tooLarge = tooLarge;
  }

  give(answer: Answer): void {
    const key = keyOf(answer);
    if (!this.#waiting.has(key) && this.#waiting.size >= WAITING_MAX) return;
    this.#waiting.set(key, answer);
    this.#send();
  }

  post(parcel: Parcel): void {
    if (!this.#parcels.has(parcel.key) && this.#parcels.size >= PARCELS_MAX) return;
    this.#parcels.set(parcel.key, parcel);
    this.#send();
  }

  connected({ receiveMaximum, packetBytesMax }: Window): void {
    this.#window = Math.max(1, Math.min(receiveMaximum, IN_FLIGHT_MAX));
    this.#bytesMax = packetBytesMax;
    this.#send();
  }

  published(id: number): void {
    const posted = this.#inFlight.get(id);
    if (posted === undefined) return;
    this.#inFlight.delete(id);
    if (posted.parcel) this.#parcelsInFlight -= 1;
    this.#send();
  }

  disconnected(): void {
    this.#window = 0;
    for (const { again } of this.#inFlight.values()) again();
    this.#inFlight.clear();
    this.#parcelsInFlight = 0;
  }

  #send(): void {
    for (const [key, answer] of this.#waiting) {
      if (this.#inFlight.size >= this.#window) return;
      this.#waiting.delete(key);
      // A newer answer that has come to wait meanwhile says more.
      const again = () => this.#waiting.has(key) || this.#waiting.set(key, answer);
      const payload = encodeAck(answer.acknowledgement);
      this.#publish({ topic: topicOf(answer.device, 'down/ack'), payload }, { parcel: false, again });
    }
    for (const [key, parcel] of this.#parcels) {
      if (this.#parcelsInFlight >= this.#parcelWindow || this.#inFlight.size >= this.#window) return;
      this.#parcels.delete(key);
      this.#sendParcel(parcel);
    }
  }

  get #parcelWindow(): number {
    return Math.max(1, Math.floor(this.#window / 2));
  }

  #sendParcel(parcel: Parcel): void {
    const message = parcel.make();
    if (message === undefined) return;
    if (message.payload.length + mqttPacketBytes > this.#bytesMax) {
      this.#tooLarge(parcel, message.payload.length);
      return;
    }
    this.#parcelsInFlight += 1;
    const again = () => this.#parcels.has(parcel.key) || this.#parcels.set(parcel.key, parcel);
    this.#publish(message, { parcel: true, again });
  }

  #publish(message: MqttMessage, posted: Posted): void {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#inFlight.set(id, posted);
    this.#mqtt.publish(id, message);
  }
}

function keyOf({ device, acknowledgement }: Answer): string {
  return `${device}/${acknowledgement.epoch}`;
}
