import type { Serial } from '../../hal/ports/serial.ts';
import { unusable } from './device-cable.ts';

/** The port of the electronics: what the system says of it is told by the line of the unit file that names it. */
export class NamedPort {
  readonly serial: Serial;
  readonly #named: string;
  #phase: 'closed' | 'open' | 'out' = 'closed';
  #heardBytes = 0;

  /** @param named who asked for which port: `"port" in line 5 of unit.yaml names /dev/ttyUSB0` */
  constructor(serial: Serial, named: string) {
    this.#named = named;
    this.serial = {
      listen: (listener) =>
        serial.listen((event) => {
          if (event.type === 'serial.received') this.#heardBytes += event.bytes.length;
          if (event.type === 'serial.opened') this.#phase = 'open';
          listener(event.type === 'serial.closed' ? { ...event, reason: this.#lost(event.reason) } : event);
        }),
      open: () => serial.open(),
      write: (bytes) => serial.write(bytes),
      close: () => {
        this.#phase = 'closed';
        serial.close();
      },
    };
  }

  /** It could not be opened, or was lost. */
  get isOut(): boolean {
    return this.#phase === 'out';
  }

  /** What is to be said of electronics that have not answered at a port that is open. */
  get unanswered(): string {
    const flash = 'put dosis.hex on it (hal/johnny-five/sketch/README.md)';
    return this.#heardBytes === 0
      ? `${this.#named}, where nothing answers; see that it is the microcontroller’s port (ls -l /dev/serial/by-id) and that its cable carries data, or ${flash}.`
      : `${this.#named}, where something else than our sketch answers; name the microcontroller’s port, or ${flash}.`;
  }

  /** Without its full stop: it is told as the end of another sentence. */
  #lost(reason: string): string {
    const wasOpen = this.#phase === 'open';
    this.#phase = 'out';
    if (wasOpen) return `${this.#named}, which is gone; plug the cable in again`;
    return unusable(`${this.#named}, which`, reason).replace(/\.$/, '');
  }
}
