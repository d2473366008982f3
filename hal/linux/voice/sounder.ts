import type { Panel, PanelView } from '../../ports/panel.ts';
import { alarmBursts, PEAK_DB, type PriorityOf, reminders, type Signal, signalOf } from '../../signals/signals.ts';
import type { Loudspeaker } from './loudspeaker.ts';
import { renderSignal } from './tone.ts';
import { atPeak, type Sound } from './wav.ts';

/** A tone that met a phrase is tried again so soon after. */
const AFTER_PHRASE_MS = 400;

/**
 * The sounds of a picture: what sounds, and how loudly, is the picture's to say. Showing the same one twice changes
 * nothing, and a picture without sound ends the sound at once, in the middle of a burst if need be.
 */
export class Sounder implements Panel {
  readonly #loudspeaker: Pick<Loudspeaker, 'ring' | 'stopTone'>;
  readonly #priorityOf: PriorityOf;
  readonly #rendered: ReadonlyMap<Signal, Sound>;
  #sounding: { readonly signal: Signal; readonly level: number } | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(loudspeaker: Pick<Loudspeaker, 'ring' | 'stopTone'>, priorityOf: PriorityOf) {
    this.#loudspeaker = loudspeaker;
    this.#priorityOf = priorityOf;
    const signals = [...Object.values(alarmBursts), ...Object.values(reminders)];
    this.#rendered = new Map(signals.map((signal) => [signal, renderSignal(signal)]));
  }

  show(view: PanelView): void {
    const { lamp, sound } = view;
    const signal = signalOf(lamp, sound, this.#priorityOf(view));
    if (signal === (this.#sounding?.signal ?? null) && (signal === null || this.#sounding?.level === sound)) return;
    this.close();
    if (signal === null || sound === 0) return;
    this.#sounding = { signal, level: sound };
    const rendered = this.#rendered.get(signal) ?? renderSignal(signal);
    this.#repeat(atPeak(rendered, PEAK_DB[sound]), signal.repeatMs);
  }

  /** Silent at once, until another picture is shown. */
  close(): void {
    clearTimeout(this.#timer);
    this.#sounding = null;
    this.#loudspeaker.stopTone();
  }

  #repeat(sound: Sound, repeatMs: number): void {
    const rang = this.#loudspeaker.ring(sound);
    this.#timer = setTimeout(() => this.#repeat(sound, repeatMs), rang ? repeatMs : AFTER_PHRASE_MS);
  }
}
