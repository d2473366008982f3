import type { Clock } from '../../hal/ports/clock.ts';
import type { Log } from '../../hal/ports/log.ts';
import { hexOf, sameBytes } from '../../protocol/cose/bytes.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeImagePart, encodeImageRequest, type ImagePart } from '../../protocol/messages/image-part.ts';
import { bytesOfHex, type UpdateResult, type WantedUpdate } from '../domain/update.ts';
import type { Host } from '../host/host.ts';
import type { ImageBank } from '../update/image-bank.ts';
import type { AirGuest, AirLine } from './air-line.ts';
import { EXPIRED, endingOf, GONE, NOT_DONE, OTHER_IMAGE, REPLACED, REVERTED, SOUND } from './air-verdicts.ts';
import { mayTry } from './may-try.ts';

export interface AirUpdateOptions {
  readonly host: () => Host;
  readonly line: AirLine;
  readonly bank: ImageBank;
  readonly clock: Clock;
  readonly log: Log;
  /** Since when nobody has touched the bank over the cable, on the monotonic clock; null when nobody ever did. */
  readonly cableMonoMs: () => number | null;
  readonly restartSoon: (reason: string) => void;
}

/** Between one piece and the asking for the next: at most 64 kB in a second, and most of the line left to others. */
const PAUSE_MS = 250;
/** Without an answer it is asked again after this long, each time twice as long. */
const SILENCE_MS_MIN = 15_000;
const SILENCE_MS_MAX = 5 * 60_000;
/** Whoever sends an image over the cable stands beside the unit; the air waits until that has rested for so long. */
const CABLE_REST_MS = 5 * 60_000;
/** How often is looked whether what stood in the way is over. */
const LOOK_MS = 30_000;
/** A restart that was granted has happened by then, and a trial ended or confirmed soon after. */
const TRIAL_LOOK_MS = 2_000;
/** Restarts that did not bring the new firmware up at all, before it is given up. */
const RESTARTS_MAX = 3;

interface Fetch {
  readonly image: Uint8Array;
  offset: number;
}

/**
 * Fetches the firmware that a signed command asks for, piece by piece, into the same bank as the cable does, has it tried
 * when no dose stands in the way, and says how it ended. What it must remember stands in the ledger and in the bank, so
 * it goes on after any restart.
 */
export class AirUpdate implements AirGuest {
  readonly #options: AirUpdateOptions;
  #fetch: Fetch | null = null;
  #asked: { readonly length: number; readonly monoMs: number } | null = null;
  #silenceMs = SILENCE_MS_MIN;
  /** Not to be asked before. */
  #nextMonoMs = 0;
  /** A restart was granted then. */
  #restartedMonoMs: number | null = null;
  /** Whether the bank has been asked since the start if it would still try the image. */
  #probed = false;
  #looking = false;

  constructor(options: AirUpdateOptions) {
    this.#options = options;
    options.line.admit(this);
  }

  connected(): void {
    this.#asked = null;
    this.#silenceMs = SILENCE_MS_MIN;
  }

  look(): void {
    // What is told the host leads to messages, and those back here.
    if (this.#looking) return;
    this.#looking = true;
    try {
      const sleepMs = this.#step();
      if (sleepMs !== null) this.#options.clock.wakeAfter(sleepMs, () => this.look());
    } finally {
      this.#looking = false;
    }
  }

  received(bytes: Uint8Array): void {
    const part = this.#read(bytes);
    const wanted = this.#wanted;
    const [fetch, asked] = [this.#fetch, this.#asked];
    if (part === null || wanted === null || fetch === null || asked === null) return;
    // Another image's, or one that has come before: the answer to the question is still on its way.
    if (!sameBytes(part.image, fetch.image) || part.offset !== fetch.offset) return;
    if (part.data === undefined) this.#end(wanted, GONE);
    else if (part.data.length <= asked.length) this.#take(wanted, fetch, part.data);
    this.look();
  }

  get #wanted(): WantedUpdate | null {
    const { phase, memory } = this.#options.host().state;
    return phase === 'running' ? (memory?.registers.update ?? null) : null;
  }

  get #nowMs(): number {
    return this.#options.clock.read().monoMs;
  }

  /** @returns how long nothing has to be done, null for as long as nothing happens */
  #step(): number | null {
    const wanted = this.#wanted;
    if (wanted === null) {
      this.#forget();
      return null;
    }
    const sleepMs = wanted.trial === null ? this.#stepFetch(wanted) : this.#stepTrial(wanted, wanted.trial);
    return Math.min(sleepMs, LOOK_MS);
  }

  #stepFetch(wanted: WantedUpdate): number {
    if (this.#isReplaced(wanted)) return this.#end(wanted, REPLACED);
    if (this.#isExpired(wanted)) return this.#end(wanted, EXPIRED);
    if (this.#isCableBusy) {
      this.#fetch = null;
      return LOOK_MS;
    }
    const fetch = this.#fetch ?? this.#begin(wanted);
    if (typeof fetch === 'number') return fetch;
    if (this.#asked !== null) {
      const leftMs = this.#asked.monoMs + this.#silenceMs - this.#nowMs;
      if (leftMs > 0) return leftMs;
      this.#asked = null;
      this.#silenceMs = Math.min(2 * this.#silenceMs, SILENCE_MS_MAX);
    }
    const waitMs = this.#nextMonoMs - this.#nowMs;
    if (waitMs > 0) return waitMs;
    if (!this.#options.line.isFree) return LOOK_MS;
    this.#ask(wanted, fetch);
    return this.#silenceMs;
  }

  /** @returns what is being fetched, or how long nothing has to be done */
  #begin(wanted: WantedUpdate): Fetch | number {
    const image = bytesOfHex(wanted.image);
    const begun = this.#options.bank.begin({ bytes: wanted.bytes, sha256: image });
    this.#asked = null;
    if (!begun.ok) {
      const ending = endingOf(begun.refusal);
      // Another image waits for its trial, or is on it: it comes first.
      return ending === null ? LOOK_MS : this.#end(wanted, ending);
    }
    if (begun.value.complete) return this.#complete(wanted);
    this.#options.log.write('info', `Firmware ${wanted.firmware} is fetched from byte ${begun.value.offset} on.`);
    this.#fetch = { image, offset: begun.value.offset };
    return this.#fetch;
  }

  #ask({ bytes }: WantedUpdate, { image, offset }: Fetch): void {
    const length = Math.min(this.#options.line.partBytesMax, bytes - offset);
    this.#asked = { length, monoMs: this.#nowMs };
    this.#options.line.ask(encodeImageRequest({ image, offset, length }));
  }

  #take(wanted: WantedUpdate, fetch: Fetch, data: Uint8Array): void {
    this.#asked = null;
    this.#silenceMs = SILENCE_MS_MIN;
    this.#nextMonoMs = this.#nowMs + PAUSE_MS;
    // Whoever holds the cable has written over it.
    if (this.#isCableBusy) return;
    const written = this.#options.bank.write(fetch.offset, data);
    if (written.ok) {
      fetch.offset = written.value.offset;
      if (written.value.complete) this.#complete(wanted);
      return;
    }
    const ending = endingOf(written.refusal);
    // Somebody else has written meanwhile: the bank knows where to go on.
    if (ending === null) this.#fetch = null;
    else this.#end(wanted, ending);
  }

  /** The file is here, as it was signed for, and an image for this unit. */
  #complete(wanted: WantedUpdate): number {
    this.#fetch = null;
    const held = this.#options.bank.images().find(({ slot }) => slot === 1);
    if (held === undefined) return this.#end(wanted, NOT_DONE);
    if (held.version !== wanted.firmware) return this.#end(wanted, OTHER_IMAGE);
    this.#options.host().receive({ type: 'update.proceeded', image: held.hash, restarts: 0 });
    return 0;
  }

  #stepTrial(wanted: WantedUpdate, trial: Trial): number {
    const images = this.#options.bank.images();
    const active = images.find((image) => image.active);
    if (active !== undefined && hexOf(active.hash) === trial.image) {
      return active.confirmed ? this.#end(wanted, SOUND) : TRIAL_LOOK_MS;
    }
    if (this.#restartedMonoMs !== null && this.#nowMs < this.#restartedMonoMs + LOOK_MS) return LOOK_MS;
    if (this.#isReplaced(wanted)) return this.#giveUp(wanted, trial, REPLACED);
    const pending = images.some((image) => image.pending && hexOf(image.hash) === trial.image);
    if (!pending && this.#hasFailed(trial)) return this.#end(wanted, REVERTED);
    if (this.#isExpired(wanted)) return this.#giveUp(wanted, trial, EXPIRED);
    if (trial.restarts >= RESTARTS_MAX) return this.#giveUp(wanted, trial, NOT_DONE);
    const { host, clock } = this.#options;
    if (this.#isCableBusy || !mayTry(host().state, clock.read().wallMs)) return LOOK_MS;
    return this.#try(wanted, trial, pending);
  }

  /** Whether a trial was begun and the loader has taken the image back; asked once, since the answer reads all of it. */
  #hasFailed({ image, restarts }: Trial): boolean {
    if (restarts === 0 || this.#probed) return false;
    this.#probed = true;
    const tested = this.#options.bank.test(bytesOfHex(image));
    return !tested.ok && tested.refusal === 'failed-before';
  }

  #try(wanted: WantedUpdate, { image, restarts }: Trial, pending: boolean): number {
    const { bank, host, restartSoon, log } = this.#options;
    const hash = bytesOfHex(image);
    const tested = pending ? null : bank.test(hash);
    if (tested?.ok === false) {
      const ending = endingOf(tested.refusal);
      return ending === null ? LOOK_MS : this.#end(wanted, ending);
    }
    if (!bank.prepareRestart().ok) return LOOK_MS;
    this.#restartedMonoMs = this.#nowMs;
    host().receive({ type: 'update.proceeded', image: hash, restarts: restarts + 1 });
    log.write('info', `Firmware ${wanted.firmware} is here and sound; it is tried now.`);
    restartSoon(`Firmware ${wanted.firmware} is to be tried.`);
    return LOOK_MS;
  }

  /** What waits for its trial must not be tried after all once nobody waits for it. */
  #giveUp(wanted: WantedUpdate, { image }: Trial, result: UpdateResult): number {
    const { bank } = this.#options;
    if (bank.images().some(({ pending, hash }) => pending && hexOf(hash) === image)) bank.erase();
    return this.#end(wanted, result);
  }

  #end({ firmware }: WantedUpdate, result: UpdateResult): number {
    const { log, host } = this.#options;
    const code = 'errors' in result ? `: ${result.errors[0]?.code}` : '';
    log.write(result.status === 'done' ? 'info' : 'warning', `The update to ${firmware} ends ${result.status}${code}.`);
    this.#forget();
    host().receive({ type: 'update.ended', result });
    return LOOK_MS;
  }

  #forget(): void {
    this.#fetch = null;
    this.#asked = null;
    this.#restartedMonoMs = null;
    this.#probed = false;
  }

  /** Only a clock that is believed tells that time is over. */
  #isExpired({ untilMs }: WantedUpdate): boolean {
    const { host, clock } = this.#options;
    return host().state.chart.time === 'trusted' && clock.read().wallMs >= untilMs;
  }

  /** Other firmware runs than the one that was to be replaced: somebody was here with a cable. */
  #isReplaced({ from }: WantedUpdate): boolean {
    const active = this.#options.bank.images().find((image) => image.active);
    return active !== undefined && active.version !== from;
  }

  get #isCableBusy(): boolean {
    const touched = this.#options.cableMonoMs();
    return touched !== null && this.#nowMs < touched + CABLE_REST_MS;
  }

  #read(bytes: Uint8Array): ImagePart | null {
    try {
      return decodeImagePart(bytes);
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      this.#options.log.write('warning', `A piece of an image was refused: ${error.message}`);
      return null;
    }
  }
}

type Trial = NonNullable<WantedUpdate['trial']>;
