import type { Log } from '../ports/log.ts';
import type { Panel, PanelView } from '../ports/panel.ts';
import type { Sensors } from '../ports/sensors.ts';
import type { Speech } from '../ports/speech.ts';
import type { PriorityOf } from '../signals/signals.ts';
import { withPower } from './health/power-sensors.ts';
import { withChoices } from './kiosk/choice-sensors.ts';
import { createKiosk } from './kiosk/kiosk.ts';
import type { Language } from './voice/espeak.ts';
import { oneSounder } from './voice/one-sounder.ts';
import { createVoice, noVoice } from './voice/voice.ts';

export interface SignsOptions {
  readonly log: Log;
  /** The electronics: lamp, button, doors, and a sounder where no loudspeaker plays. */
  readonly board: { readonly panel: Panel; readonly sensors: Sensors };
  /** What the unit speaks and shows now. */
  readonly language: () => Language;
  /** `phrase` of protocol/phrases.ts. */
  readonly words: (phrase: string, language: Language, params: Readonly<Record<string, string>>) => string;
  /** `saidAhead` of protocol/said-ahead.ts: what a unit can say, most urgent first. */
  readonly saidAhead: (unit: {
    readonly language: Language;
    readonly device: string;
    readonly serviceNumber: string;
  }) => readonly string[];
  /** Which alarm a picture shows; `shownPriority` of protocol/faults/shown.ts. */
  readonly priorityOf: PriorityOf;
  /** Where rendered phrases are kept, e.g. `/var/cache/dosis/phrases`. */
  readonly phraseFolder: string;
  /** The ALSA device; the system's default unless told, null for a unit without a loudspeaker. */
  readonly soundDevice?: string | null;
  /** Another player or voice than the usual ones. */
  readonly programs?: { readonly player?: string; readonly espeak?: string };
  /** Where the display's page is served, and who asked for that port (`KioskOptions`); none: the unit has no display. */
  readonly display?: { readonly port: number; readonly portNamed: string };
  /** Where the kernel tells of battery and mains. */
  readonly powerFolder?: string;
}

/** All that a Linux board adds to its electronics for a person to see, hear and press, as the ports of the firmware. */
export interface Signs {
  readonly panel: Panel;
  readonly speech: Speech;
  readonly sensors: Sensors;
  /** Whether the unit can be heard speaking; where it cannot, its lamp should call the more strongly. */
  readonly speaks: boolean;
  /** Where the display's page is; undefined without one. */
  readonly displayUrl: string | undefined;
  close(): Promise<void>;
}

export function createSigns(options: SignsOptions): Signs {
  const { log, board, language, words, priorityOf, phraseFolder, soundDevice, programs, display, powerFolder } =
    options;
  const spoken = { log, language, words, priorityOf, folder: phraseFolder, ...programs };
  const voice =
    soundDevice === null
      ? noVoice
      : createVoice({ ...spoken, ...(soundDevice !== undefined && { device: soundDevice }) });
  const electronics = oneSounder(board.panel, () => voice.plays);
  const power = withPower(board.sensors, { log, ...(powerFolder !== undefined && { folder: powerFolder }) });
  const { sensors, choose } = withChoices(power);
  const kiosk =
    display === undefined
      ? undefined
      : createKiosk({ log, ...display, language, words, speaks: () => voice.speaks, onChoice: choose });
  let rendered = '';
  const renderAhead = ({ device, serviceNumber }: PanelView): void => {
    const unit = { language: language(), device, serviceNumber };
    const name = JSON.stringify(unit);
    if (name === rendered) return;
    rendered = name;
    voice.renderAhead(options.saidAhead(unit), unit.language);
  };
  return {
    panel: {
      /** The electronics last: they alone may throw. */
      show(view) {
        voice.sounds.show(view);
        kiosk?.show(view);
        renderAhead(view);
        electronics.panel.show(view);
      },
    },
    speech: voice.speech,
    sensors,
    get speaks() {
      return voice.speaks;
    },
    get displayUrl() {
      return kiosk?.url;
    },
    async close() {
      electronics.close();
      voice.close();
      power.close();
      await kiosk?.close();
    },
  };
}
