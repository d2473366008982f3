import type { Log } from '../../ports/log.ts';
import type { Speech } from '../../ports/speech.ts';
import { Complaint } from '../complaint.ts';
import { Espeak, type Language, VOICES, VoiceStopped } from './espeak.ts';
import type { Loudspeaker } from './loudspeaker.ts';
import { PhraseCache, type PhraseKey } from './phrase-cache.ts';
import type { Sound } from './wav.ts';

export interface SpeechOptions {
  readonly log: Log;
  readonly loudspeaker: Loudspeaker;
  /** Where rendered phrases are kept; made when missing. */
  readonly folder: string;
  /** What the unit speaks now. */
  readonly language: () => Language;
  /** A catalogue phrase in one language with its gaps filled (protocol/phrases.ts). */
  readonly words: (phrase: string, language: Language, params: Readonly<Record<string, string>>) => string;
  /** Another path than the usual one. */
  readonly espeak?: string;
}

/** Phrases that are kept in memory while nothing can be written: about 200 kB each. */
const KEPT_MAX = 64;
/** What has neither a letter nor a digit is silence, and no fault of the voice. */
const SPEAKABLE = /[\p{L}\p{N}]/u;
/** More than all fixed phrases with every fault number; what is asked for beyond is rendered when it is said. */
const AHEAD_MAX = 400;

/**
 * The unit's voice. A phrase that was rendered ahead is heard within milliseconds; one that was not is spoken as soon as
 * it is rendered, unless another was said meanwhile. Nothing here blocks, and nothing here throws.
 */
export class LinuxSpeech implements Speech {
  readonly #options: SpeechOptions;
  readonly #espeak: Espeak;
  readonly #cache: PhraseCache;
  readonly #version: Promise<string | undefined>;
  readonly #voiceComplaint: Complaint;
  readonly #diskComplaint: Complaint;
  readonly #kept = new Map<string, Sound>();
  readonly #rendering = new Map<string, Promise<Sound | undefined>>();
  #ahead: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();
  #batch = 0;
  #turn = 0;
  #renders = false;
  #closed = false;

  constructor(options: SpeechOptions) {
    const { log, folder, espeak } = options;
    this.#options = options;
    this.#espeak = new Espeak(espeak);
    this.#cache = new PhraseCache(folder);
    this.#voiceComplaint = new Complaint(log, 'The voice works again.');
    this.#diskComplaint = new Complaint(log, 'Spoken phrases can be kept again.');
    this.#version = this.#askVersion();
  }

  /** Whether a phrase would be heard: where it would not, light has to do the calling. */
  get speaks(): boolean {
    return this.#renders && this.#options.loudspeaker.works;
  }

  say(phrase: string, params: Readonly<Record<string, string>>): void {
    const { loudspeaker, language, words } = this.#options;
    this.#turn += 1;
    const turn = this.#turn;
    loudspeaker.hush();
    const spoken = language();
    void this.#soundOf(words(phrase, spoken, params), spoken).then((sound) => {
      if (sound !== undefined && turn === this.#turn && !this.#closed) loudspeaker.speak(sound);
    });
  }

  /** Renders these texts one after another, the first first, in place of what was still to be rendered ahead. */
  renderAhead(texts: readonly string[], language: Language): void {
    this.#batch += 1;
    const batch = this.#batch;
    this.#ahead = this.#ahead.then(async () => {
      for (const text of texts.slice(0, AHEAD_MAX)) {
        if (this.#closed || batch !== this.#batch) return;
        await this.#soundOf(text, language);
        await this.#writing;
      }
    });
  }

  /** Says nothing any more. */
  close(): void {
    this.#closed = true;
    this.#options.loudspeaker.hush();
  }

  async #soundOf(text: string, language: Language): Promise<Sound | undefined> {
    const version = await this.#version;
    if (version === undefined || !SPEAKABLE.test(text)) return undefined;
    const { name: voice, wordsPerMinute } = VOICES[language];
    const key: PhraseKey = { text, voice, wordsPerMinute, version };
    const name = JSON.stringify(key);
    const found = this.#kept.get(name) ?? this.#cache.read(key);
    if (found !== undefined) return found;
    const rendering = this.#rendering.get(name) ?? this.#render(key, name, language);
    this.#rendering.set(name, rendering);
    return rendering;
  }

  async #render(key: PhraseKey, name: string, language: Language): Promise<Sound | undefined> {
    try {
      const sound = await this.#espeak.render(key.text, VOICES[language]);
      this.#renders = true;
      this.#voiceComplaint.settle();
      this.#kept.set(name, sound);
      this.#writing = this.#writing.then(() => this.#write(key, name, sound));
      return sound;
    } catch (error) {
      if (!(error instanceof VoiceStopped)) this.#speechless(error as Error);
      return undefined;
    } finally {
      this.#rendering.delete(name);
    }
  }

  /** Nobody waits for a card: until the phrase is written it is kept in memory, and for longer when it cannot be. */
  async #write(key: PhraseKey, name: string, sound: Sound): Promise<void> {
    try {
      await this.#cache.write(key, sound);
      this.#diskComplaint.settle();
      this.#kept.delete(name);
    } catch (error) {
      const { folder } = this.#options;
      this.#diskComplaint.make(
        `Spoken phrases cannot be kept in ${folder}: ${(error as Error).message}. They are rendered anew after a restart.`,
      );
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    }
  }

  async #askVersion(): Promise<string | undefined> {
    try {
      const version = await this.#espeak.version();
      this.#renders = true;
      return version;
    } catch (error) {
      if (error instanceof VoiceStopped) return this.#closed ? undefined : this.#askVersion();
      this.#speechless(error as Error);
      return undefined;
    }
  }

  #speechless(error: Error): void {
    this.#renders = false;
    this.#voiceComplaint.make(`The unit has no voice: espeak-ng failed (${error.message}). Install espeak-ng.`);
  }
}
