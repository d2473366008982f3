import { startProgram } from './program.ts';
import { atPeak, readWav, type Sound } from './wav.ts';

export type Language = 'da' | 'en';

export interface VoiceSpec {
  /** As `espeak-ng --voices` names it. */
  readonly name: string;
  readonly wordsPerMinute: number;
}

/** Slower than the usual 175 words a minute, and as low as men speak: ears of ninety hear that best. */
export const VOICES: Readonly<Record<Language, VoiceSpec>> = {
  da: { name: 'da', wordsPerMinute: 130 },
  en: { name: 'en-gb', wordsPerMinute: 140 },
};

/** Every phrase is as loud as every other, in dB below full scale. */
export const VOICE_PEAK_DB = -2;

/** Somebody has ended the program before it was done: no fault of its own. */
export class VoiceStopped extends Error {
  override readonly name = 'VoiceStopped';
}

const RENDERING_MS_MAX = 15_000;
/** Two minutes of speech; the longest message lasts about twenty seconds. */
const SOUND_BYTES_MAX = 6_000_000;

/**
 * espeak-ng (GPL-3) as a program of its own, never linked. What is to be said goes in by a pipe, so that no other user of
 * the machine reads a citizen's message in its list of processes.
 */
export class Espeak {
  readonly #program: string;

  constructor(program = 'espeak-ng') {
    this.#program = program;
  }

  /** @returns e.g. `1.51`. @throws Error when the program is missing or broken, VoiceStopped */
  async version(): Promise<string> {
    const said = (await run(this.#program, ['--version'], '')).toString('utf8');
    const [, version] = /(\d+(?:\.\d+)+\S*)/.exec(said) ?? [];
    if (version === undefined) throw new Error('it names no version');
    return version;
  }

  /** @throws Error when the program is missing, stuck or broken, or gives no sound, VoiceStopped */
  async render(text: string, voice: VoiceSpec): Promise<Sound> {
    const args = ['-v', voice.name, '-s', String(voice.wordsPerMinute), '-b', '1', '--stdin', '--stdout'];
    const sound = readWav(await run(this.#program, args, plain(text)));
    if (sound === undefined || sound.samples.every((sample) => sample === 0)) throw new Error('it gave no sound');
    return atPeak(sound, VOICE_PEAK_DB);
  }
}

/** Between double brackets espeak-ng reads phonemes instead of words. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replaceAll('[[', '[ [');
}

function run(program: string, args: readonly string[], input: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const onOutput = (part: Buffer): void => {
      bytes += part.length;
      if (bytes <= SOUND_BYTES_MAX) parts.push(part);
      else running.stop();
    };
    const running = startProgram({ program, args, input, msMax: RENDERING_MS_MAX, onOutput }, (end) => {
      if (end.how === 'failed') reject(new Error(end.why));
      else if (bytes > SOUND_BYTES_MAX) reject(new Error('it does not stop talking'));
      else if (end.how === 'stopped') reject(new VoiceStopped());
      else resolve(Buffer.concat(parts));
    });
  });
}
