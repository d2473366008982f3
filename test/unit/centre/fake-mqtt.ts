import type { Mqtt, MqttEvent, MqttMessage, MqttSession } from '../../../hal/ports/mqtt.ts';

/** A port that does nothing by itself: the test plays the broker. */
export class FakeMqtt implements Mqtt {
  readonly connects: MqttSession[] = [];
  readonly published: { readonly id: number; readonly message: MqttMessage }[] = [];
  disconnects = 0;
  #listener: (event: MqttEvent) => void = () => undefined;

  listen(listener: (event: MqttEvent) => void): void {
    this.#listener = listener;
  }
  connect(session: MqttSession): void {
    this.connects.push(session);
  }
  publish(id: number, message: MqttMessage): void {
    this.published.push({ id, message });
  }
  disconnect(): void {
    this.disconnects += 1;
  }

  tell(event: MqttEvent): void {
    this.#listener(event);
  }
  accept(receiveMaximum = 20): void {
    this.tell({ type: 'mqtt.connected', grant: { sessionPresent: false, receiveMaximum, packetBytesMax: 65_536 } });
  }
  drop(): void {
    this.tell({ type: 'mqtt.disconnected', reason: 'test' });
  }
}
