import type { Lock } from '../../hal/ports/lock.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Panel, PanelView } from '../../hal/ports/panel.ts';
import type { Speech } from '../../hal/ports/speech.ts';
import type { CrashPoints } from './crash-points.ts';

export interface Spoken {
  readonly phrase: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Everything about the unit that a person in the room can see and hear: display, lamp, sounder, voice, door lock. */
export class SimSigns {
  readonly panel: Panel;
  readonly speech: Speech;
  readonly lock: Lock;
  readonly log: Log;
  /** What the display shows; `undefined` while the unit is dark. */
  view: PanelView | undefined;
  spoken: Spoken | undefined;
  locked = true;
  /** The technician's last log lines, newest last. */
  readonly logLines: string[] = [];
  /** Told whenever the display or the voice changes. */
  onChange: () => void = () => undefined;

  /** `electronics`: lamp, sounder and relay, which are shown and set the same. */
  constructor(crashPoints: CrashPoints, electronics: { readonly panel: Panel; readonly lock: Lock }) {
    this.panel = { show: (view) => crashPoints.around('panel.show', () => this.#show(view, electronics.panel)) };
    this.speech = { say: (phrase, params) => crashPoints.around('speech.say', () => this.#say(phrase, params)) };
    this.lock = {
      set: (locked) =>
        crashPoints.around('lock.set', () => {
          this.locked = locked;
          electronics.lock.set(locked);
        }),
    };
    this.log = { write: (level, text) => this.#log(`${level} ${text}`) };
  }

  /** Dark, silent and locked, as without power. */
  losePower(): void {
    this.view = undefined;
    this.spoken = undefined;
    this.locked = true;
    this.onChange();
  }

  #show(view: PanelView, lamp: Panel): void {
    this.view = view;
    lamp.show(view);
    this.onChange();
  }

  #say(phrase: string, params: Readonly<Record<string, string>>): void {
    this.spoken = { phrase, params };
    this.onChange();
  }

  #log(line: string): void {
    this.logLines.push(line);
    if (this.logLines.length > logLinesMax) this.logLines.shift();
  }
}

const logLinesMax = 50;
