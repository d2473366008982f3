import type { Panel, PanelView } from '../../hal/ports/panel.ts';
import type { Sensors } from '../../hal/ports/sensors.ts';
import { HUSH_MS, ringingAt } from '../domain/alarm-rounds.ts';
import type { Ports } from './ports.ts';

/** A plan that cannot be read says no zone; by this one the night is two hours off at most where the units stand. */
const ZONE = 'UTC';

/** The panel of a unit that is locked down: red, and heard in rounds like any other alarm, until somebody mends it. */
export class LockedPanel {
  readonly #panel: Panel;
  readonly #sensors: Sensors;
  readonly #clock: Ports['clock'];
  readonly #view: Omit<PanelView, 'sound' | 'soundPaused'>;
  readonly #isHeard: boolean;
  #since: { readonly monoMs: number; readonly wakes: boolean };
  #shown: Pick<PanelView, 'sound' | 'soundPaused'> | null = null;
  #stopped = false;

  constructor(
    { panel, sensors, clock }: Pick<Ports, 'panel' | 'sensors' | 'clock'>,
    view: Omit<PanelView, 'sound' | 'soundPaused'>,
    { isHeard }: { readonly isHeard: boolean },
  ) {
    this.#panel = panel;
    this.#sensors = sensors;
    this.#clock = clock;
    this.#view = view;
    this.#isHeard = isHeard;
    this.#since = { monoMs: clock.read().monoMs, wakes: true };
    this.#sensors.listen((event) => {
      if (event.type === 'quiet.requested' && !this.#stopped) this.#hush();
    });
  }

  /** @returns in how many milliseconds it wants to be asked again */
  refresh(): number {
    const { monoMs, wallMs } = this.#clock.read();
    const agoMs = monoMs - this.#since.monoMs;
    const isHushed = agoMs < 0;
    const { sounds, againMs } = isHushed
      ? { sounds: false, againMs: -agoMs }
      : ringingAt({ agoMs, wakes: this.#since.wakes }, wallMs, ZONE);
    const heard = { sound: sounds && this.#isHeard ? 3 : 0, soundPaused: isHushed && this.#isHeard } as const;
    if (this.#shown?.sound !== heard.sound || this.#shown.soundPaused !== heard.soundPaused) {
      this.#shown = heard;
      this.#panel.show({ ...this.#view, ...heard });
    }
    return againMs;
  }

  stop(): void {
    this.#stopped = true;
  }

  #hush(): void {
    this.#since = { monoMs: this.#clock.read().monoMs + HUSH_MS, wakes: false };
    this.refresh();
  }
}
