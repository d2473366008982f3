import type { RgbLed } from 'johnny-five';
import type { Lamp, Level, Panel, PanelView } from '../ports/panel.ts';
import { type PriorityOf, type Pulse, type Signal, signalOf } from '../signals/signals.ts';
import type { Sketch } from './sketch.ts';

interface Light {
  /** Red, green, blue: 0–255. */
  readonly color: readonly number[];
  /** From light to dark; steady without. */
  readonly blinkMs?: number;
}

/** As on the display, blue calls. Alarms after IEC 60601-1-8, table 2: red at 1.4–2.8 Hz and yellow at 0.4–0.8 Hz, as long dark as light. */
const lights: Readonly<Record<Exclude<Lamp, 'off'>, Light>> = {
  ready: { color: [0, 255, 0] },
  call: { color: [0, 64, 255], blinkMs: 700 },
  warn: { color: [255, 176, 0], blinkMs: 833 },
  alarm: { color: [255, 0, 0], blinkMs: 250 },
};
/** Of the lamp's full strength, at each level of light: a lamp that is steady all night must not light up the room. */
const strengths: Readonly<Record<Level, number>> = { 0: 0.15, 1: 0.4, 2: 0.7, 3: 1 };

/** The lamp in the button, and the piezo sounder for a unit that has no other voice. */
export class FivePanel implements Panel {
  readonly #sketch: Sketch;
  readonly #priorityOf: PriorityOf;
  #lamp: RgbLed | undefined;
  #shown: { readonly lamp: Lamp; readonly light: Level; readonly signal: Signal | null } = {
    ...{ lamp: 'off', light: 0, signal: null },
  };
  #pulses: NodeJS.Timeout[] = [];

  constructor(sketch: Sketch, priorityOf: PriorityOf) {
    this.#sketch = sketch;
    this.#priorityOf = priorityOf;
  }

  show(view: PanelView): void {
    const { lamp, light, sound } = view;
    const signal = signalOf(lamp, sound, this.#priorityOf(view));
    const { lamp: lampBefore, light: lightBefore, signal: signalBefore } = this.#shown;
    this.#shown = { lamp, light, signal };
    if (lamp !== lampBefore || light !== lightBefore) this.#light();
    if (signal !== signalBefore) this.#sound();
  }

  furnished(lamp: RgbLed): void {
    this.#lamp = lamp;
  }

  /** The board is there, or there again, and dark. */
  ready(): void {
    this.#light();
    this.#sound();
  }

  close(): void {
    this.#lamp?.stop();
    this.#lamp?.off();
    this.#silence();
  }

  #light(): void {
    const { lamp, light } = this.#shown;
    this.#lamp?.stop();
    if (lamp === 'off') return this.#lamp?.off();
    const { color, blinkMs } = lights[lamp];
    this.#lamp?.color(color.map((part) => Math.round(part * strengths[light])));
    if (blinkMs !== undefined) this.#lamp?.blink(blinkMs);
  }

  #silence(): void {
    for (const timer of this.#pulses) clearTimeout(timer);
    this.#pulses = [];
    this.#sketch.tone(0, 0);
  }

  #sound(): void {
    this.#silence();
    const { signal } = this.#shown;
    if (signal !== null && this.#sketch.isReady) this.#play(signal);
  }

  /** One burst, and the next. A pulse that is late is still as long as it is: the sketch counts that. */
  #play(signal: Signal): void {
    const tone = ({ pitchHz, durationMs, riseMs, fallMs }: Pulse) =>
      this.#sketch.tone(pitchHz, Math.round(riseMs + durationMs + fallMs));
    this.#pulses = signal.pulses.map((pulse) => setTimeout(() => tone(pulse), pulse.atMs));
    this.#pulses.push(setTimeout(() => this.#play(signal), signal.repeatMs));
  }
}
