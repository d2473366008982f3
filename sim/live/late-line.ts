import type { Mqtt, MqttEvent, MqttMessage, MqttSession } from '../../hal/ports/mqtt.ts';

/** A line that is only known once somebody has told the unit where its centre is. Until then nothing leaves. */
export class LateLine implements Mqtt {
  #real: Mqtt | undefined;
  #listener: (event: MqttEvent) => void = () => undefined;

  become(real: Mqtt): void {
    this.#real?.disconnect();
    this.#real = real;
    real.listen((event) => this.#listener(event));
  }

  listen(listener: (event: MqttEvent) => void): void {
    this.#listener = listener;
  }

  connect(session: MqttSession): void {
    this.#real?.connect(session);
  }

  publish(id: number, message: MqttMessage): void {
    this.#real?.publish(id, message);
  }

  disconnect(): void {
    this.#real?.disconnect();
  }
}
