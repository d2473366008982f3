import type { Log } from '../../ports/log.ts';
import { Complaint } from '../complaint.ts';
import { type ProgramEnd, type RunningProgram, startProgram } from './program.ts';
import { durationMs, encodeWav, SAMPLES_PER_SECOND, type Sound } from './wav.ts';

export interface LoudspeakerOptions {
  readonly log: Log;
  /** ALSA's player (alsa-utils); another path than the usual one. */
  readonly player?: string;
  /** The ALSA device, e.g. `plughw:1,0`; the system's default unless told. */
  readonly device?: string;
  /** How much longer than the sound lasts the sound card may take before it counts as stuck. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 5_000;
/** Players that hang in a driver cannot be killed: no more than so many are begun. */
const PLAYERS_MAX = 5;
/**
 * One loudspeaker, for voice and tones. A phrase takes the place of whatever sounds; a tone waits for no phrase, it is
 * left out. Without a sound card, or with one that is stuck, nothing is heard, it is logged once, and the unit goes on.
 */
export class Loudspeaker {
  readonly #player: string;
  readonly #args: readonly string[];
  readonly #patienceMs: number;
  readonly #complaint: Complaint;
  #alive = 0;
  #phrase: RunningProgram | undefined;
  #tone: RunningProgram | undefined;
  #works = false;
  #closed = false;

  constructor({ log, player = 'aplay', device, patienceMs = PATIENCE_MS }: LoudspeakerOptions) {
    this.#player = player;
    this.#args = ['-q', ...(device === undefined ? [] : ['-D', device])];
    this.#patienceMs = patienceMs;
    this.#complaint = new Complaint(log, 'The loudspeaker plays again.');
  }

  /** Whether the last sound could be played; false until one has been. */
  get works(): boolean {
    return this.#works;
  }

  /** Plays a moment of silence, so that `works` is known before the first reminder. */
  try(): void {
    if (this.#phrase !== undefined || this.#tone !== undefined) return;
    const moment: Sound = { samples: new Int16Array(SAMPLES_PER_SECOND / 50), samplesPerSecond: SAMPLES_PER_SECOND };
    this.#tone = this.#begin(moment);
  }

  /** Plays a phrase at once, in place of whatever sounds. */
  speak(sound: Sound): void {
    this.hush();
    this.stopTone();
    this.#phrase = this.#begin(sound);
  }

  /** Cuts the phrase off. */
  hush(): void {
    const playing = this.#phrase;
    this.#phrase = undefined;
    playing?.stop();
  }

  /** A tone that still plays when the next is due hangs in the sound card. @returns false, and plays nothing, while a phrase is spoken */
  ring(sound: Sound): boolean {
    if (this.#phrase !== undefined) return false;
    if (this.#tone !== undefined) this.#judge('it is stuck');
    this.stopTone();
    this.#tone = this.#begin(sound);
    return true;
  }

  stopTone(): void {
    const playing = this.#tone;
    this.#tone = undefined;
    playing?.stop();
  }

  /** Nothing is played any more. */
  close(): void {
    this.#closed = true;
    this.hush();
    this.stopTone();
  }

  #begin(sound: Sound): RunningProgram | undefined {
    if (this.#closed) return undefined;
    if (this.#alive >= PLAYERS_MAX) {
      this.#judge(`${PLAYERS_MAX} of them hang in the sound card`);
      return undefined;
    }
    this.#alive += 1;
    const run = { program: this.#player, args: this.#args, input: encodeWav(sound) };
    const playing = startProgram({ ...run, msMax: durationMs(sound) + this.#patienceMs }, (end) => {
      this.#alive -= 1;
      this.#ended(playing, end);
    });
    return playing;
  }

  /** What was cut off, by us or by others, says nothing of the sound card. */
  #ended(playing: RunningProgram, end: ProgramEnd): void {
    if (this.#phrase !== playing && this.#tone !== playing) return;
    if (this.#phrase === playing) this.#phrase = undefined;
    if (this.#tone === playing) this.#tone = undefined;
    if (end.how !== 'stopped') this.#judge(end.how === 'failed' ? end.why : null);
  }

  #judge(problem: string | null): void {
    this.#works = problem === null;
    if (problem === null) this.#complaint.settle();
    else
      this.#complaint.make(`Nothing can be heard: ${this.#player} failed (${problem}). Check sound card and volume.`);
  }
}
