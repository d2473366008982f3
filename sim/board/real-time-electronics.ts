import type { ElectronicsWiring } from '../device/electronics.ts';
import { SETTLING_MS } from './board-time.ts';
import { EmulatedElectronics } from './emulated-electronics.ts';
import { type Beat, runInRealTime } from './real-time.ts';
import { emulationOf } from './reference.ts';

/** Emulated electronics for a unit that a person looks at: they go by real time, whatever the world around goes by. */
export class RealTimeElectronics {
  readonly #beat: Beat;
  #electronics: EmulatedElectronics | undefined;
  #touchedMs = Number.NEGATIVE_INFINITY;
  #end: () => void = () => undefined;

  constructor(beat: Beat) {
    this.#beat = beat;
  }

  electronicsFor(wiring: ElectronicsWiring): EmulatedElectronics {
    const touched = (): void => {
      this.#touchedMs = this.#beat.nowMs();
    };
    const electronics = new EmulatedElectronics(wiring, {
      ...emulationOf('reference'),
      // Its time passes whether or not anything happens to it.
      time: () => ({ wake: () => undefined, touched, processGone: touched }),
    });
    this.#electronics = electronics;
    this.#end = runInRealTime(electronics, this.#beat);
    return electronics;
  }

  /** Something moves or was just touched: who lets the world's time run faster must wait for it. */
  get isBusy(): boolean {
    return this.#electronics?.isBusy === true || this.#beat.nowMs() < this.#touchedMs + SETTLING_MS;
  }

  stop(): void {
    this.#end();
  }
}
