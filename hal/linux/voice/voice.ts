import type { Panel } from '../../ports/panel.ts';
import type { Speech } from '../../ports/speech.ts';
import type { PriorityOf } from '../../signals/signals.ts';
import type { Language } from './espeak.ts';
import { Loudspeaker, type LoudspeakerOptions } from './loudspeaker.ts';
import { Sounder } from './sounder.ts';
import { LinuxSpeech, type SpeechOptions } from './speech.ts';

export interface VoiceOptions extends LoudspeakerOptions, Omit<SpeechOptions, 'loudspeaker'> {
  readonly priorityOf: PriorityOf;
}

/** Everything of the unit that can be heard, through one loudspeaker. */
export interface Voice {
  readonly speech: Speech;
  /** The tones of what the panel shows: show it every picture that the display gets. */
  readonly sounds: Panel;
  /** Whether the unit can be heard speaking; where it cannot, light has to do the calling. */
  readonly speaks: boolean;
  /** Whether the loudspeaker plays: tones, if nothing else. */
  readonly plays: boolean;
  /** Renders what the unit is going to say, most urgent first, so that no reminder waits. */
  renderAhead(texts: readonly string[], language: Language): void;
  close(): void;
}

/** Of a unit that has no loudspeaker. */
export const noVoice: Voice = {
  speech: { say: () => undefined },
  sounds: { show: () => undefined },
  speaks: false,
  plays: false,
  renderAhead: () => undefined,
  close: () => undefined,
};

/** A sound card that was pulled out, and put back, is found again within this. */
const TRYING_MS = 600_000;

export function createVoice(options: VoiceOptions): Voice {
  const loudspeaker = new Loudspeaker(options);
  const speech = new LinuxSpeech({ ...options, loudspeaker });
  const sounder = new Sounder(loudspeaker, options.priorityOf);
  loudspeaker.try();
  const trying = setInterval(() => {
    if (!loudspeaker.works) loudspeaker.try();
  }, TRYING_MS);
  trying.unref();
  return {
    speech,
    sounds: sounder,
    get speaks() {
      return speech.speaks;
    },
    get plays() {
      return loudspeaker.works;
    },
    renderAhead: (texts, language) => speech.renderAhead(texts, language),
    close() {
      clearInterval(trying);
      sounder.close();
      speech.close();
      loudspeaker.close();
    },
  };
}
