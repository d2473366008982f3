import type { Mqtt, MqttEvent, MqttMessage, MqttSession } from '../../hal/ports/mqtt.ts';
import { mqttPacketBytes } from '../../protocol/limits.ts';
import { imagePartFrameBytes } from '../../protocol/messages/image-part.ts';
import { imagePartBytesMax } from '../../protocol/messages/signed-limits.ts';
import { topicOf } from '../../protocol/topics.ts';

/** Who fetches something beside the dispensing. */
export interface AirGuest {
  /** Something has happened on the line, or in the unit because of it. */
  look(): void;
  received(part: Uint8Array): void;
  /** What was asked for on a connection before is not waited for on a new one. */
  connected(): void;
}

/**
 * The line to the centre, with room for one guest: a message of his leaves only while nothing of the dispensing is on
 * its way, one at a time, and what comes for him never reaches the dispensing. The window that the broker grants is kept
 * for both together.
 */
export class AirLine implements Mqtt {
  readonly #mqtt: Mqtt;
  readonly #up: string;
  readonly #down: string;
  readonly #inFlight = new Set<number>();
  /** Of the dispensing, until the broker has taken the guest's message. */
  readonly #held: (readonly [id: number, message: MqttMessage])[] = [];
  #guest: AirGuest | null = null;
  #listener: (event: MqttEvent) => void = () => {};
  #window = 0;
  #bytesMax = 0;
  /** Counts down, so that no number of the dispensing is met. */
  #lastId = 0;
  #asking: number | null = null;

  constructor(mqtt: Mqtt, device: string) {
    this.#mqtt = mqtt;
    this.#up = topicOf(device, 'up/image');
    this.#down = topicOf(device, 'down/image');
  }

  admit(guest: AirGuest): void {
    this.#guest = guest;
  }

  /** Whether the guest may ask now. */
  get isFree(): boolean {
    return this.#window > 0 && this.#asking === null && this.#inFlight.size === 0;
  }

  /** How much may be asked for at once; the broker that grants it hands the answer on. */
  get partBytesMax(): number {
    return this.#bytesMax;
  }

  ask(payload: Uint8Array): void {
    this.#lastId -= 1;
    this.#asking = this.#lastId;
    this.#mqtt.publish(this.#asking, { topic: this.#up, payload });
  }

  listen(listener: (event: MqttEvent) => void): void {
    this.#listener = listener;
    this.#mqtt.listen((event) => this.#heard(event));
  }

  connect(session: MqttSession): void {
    this.#forget();
    // A unit that has locked itself down asks for nothing.
    const { subscriptions } = session;
    this.#mqtt.connect(
      subscriptions.length === 0 ? session : { ...session, subscriptions: [...subscriptions, this.#down] },
    );
  }

  publish(id: number, message: MqttMessage): void {
    if (this.#asking !== null && this.#inFlight.size + 1 >= this.#window) this.#held.push([id, message]);
    else this.#send(id, message);
  }

  disconnect(): void {
    this.#forget();
    this.#mqtt.disconnect();
  }

  #heard(event: MqttEvent): void {
    if (event.type === 'mqtt.message' && event.message.topic === this.#down) {
      this.#guest?.received(event.message.payload);
      return;
    }
    if (event.type === 'mqtt.disconnected') this.#forget();
    if (event.type === 'mqtt.connected') {
      this.#forget();
      this.#window = Math.max(1, event.grant.receiveMaximum);
      const room = event.grant.packetBytesMax - mqttPacketBytes - imagePartFrameBytes;
      this.#bytesMax = Math.max(1, Math.min(imagePartBytesMax, room));
      this.#guest?.connected();
    }
    if (event.type === 'mqtt.published' && !this.#taken(event.id)) return;
    this.#listener(event);
    this.#guest?.look();
  }

  /** @returns whether it was one of the dispensing */
  #taken(id: number): boolean {
    const own = id < 0;
    if (!own) this.#inFlight.delete(id);
    else if (id === this.#asking) this.#asking = null;
    if (this.#asking === null) for (const [held, message] of this.#held.splice(0)) this.#send(held, message);
    if (own) this.#guest?.look();
    return !own;
  }

  #send(id: number, message: MqttMessage): void {
    this.#inFlight.add(id);
    this.#mqtt.publish(id, message);
  }

  #forget(): void {
    this.#window = 0;
    this.#asking = null;
    this.#inFlight.clear();
    this.#held.length = 0;
  }
}
