import { bytesOfHex, sameBytes } from '../../protocol/cose/bytes.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeImagePart, encodeImageRequest, type ImagePart } from '../../protocol/messages/image-part.ts';
import type { UpdateResult, WantedUpdate } from '../domain/update.ts';
import { type AirConditions, type AirStep, isCableBusy, isExpired, isReplaced, LOOK_MS } from './air-conditions.ts';
import type { AirLine } from './air-line.ts';
import { EXPIRED, endingOf, GONE, NOT_DONE, OTHER_IMAGE, REPLACED } from './air-verdicts.ts';

/** Between one piece and the asking for the next: at most 64 kB in a second, and most of the line left to others. */
const PAUSE_MS = 250;
/** Without an answer it is asked again after this long, each time twice as long. */
const SILENCE_MS_MIN = 15_000;
const SILENCE_MS_MAX = 5 * 60_000;

interface Fetch {
  readonly image: Uint8Array;
  offset: number;
}

/** Brings an image into the bank, piece by piece: one question at a time, asked again when nothing comes. */
export class AirFetch {
  readonly #conditions: AirConditions;
  readonly #line: AirLine;
  #fetch: Fetch | null = null;
  #asked: { readonly length: number; readonly monoMs: number } | null = null;
  #silenceMs = SILENCE_MS_MIN;
  /** Not to be asked before. */
  #nextMonoMs = 0;

  constructor(conditions: AirConditions, line: AirLine) {
    this.#conditions = conditions;
    this.#line = line;
  }

  connected(): void {
    this.#asked = null;
    this.#silenceMs = SILENCE_MS_MIN;
  }

  forget(): void {
    this.#fetch = null;
    this.#asked = null;
  }

  step(wanted: WantedUpdate): AirStep {
    if (isReplaced(this.#conditions, wanted)) return REPLACED;
    if (isExpired(this.#conditions, wanted)) return EXPIRED;
    if (isCableBusy(this.#conditions)) {
      this.#fetch = null;
      return LOOK_MS;
    }
    const fetch = this.#fetch ?? this.#begin(wanted);
    return 'offset' in fetch ? this.#goOn(wanted, fetch) : fetch.step;
  }

  /** @returns how the update ends by this piece; null when it does not */
  received(bytes: Uint8Array, wanted: WantedUpdate | null): UpdateResult | null {
    const part = this.#read(bytes);
    const [fetch, asked] = [this.#fetch, this.#asked];
    if (part === null || wanted === null || fetch === null || asked === null) return null;
    // Another image's, or one that has come before: the answer to the question is still on its way.
    if (!sameBytes(part.image, fetch.image) || part.offset !== fetch.offset) return null;
    if (part.data === undefined) return GONE;
    return part.data.length <= asked.length ? this.#take(wanted, fetch, part.data) : null;
  }

  #begin(wanted: WantedUpdate): Fetch | { readonly step: AirStep } {
    const image = bytesOfHex(wanted.image);
    const { bank, log } = this.#conditions;
    const begun = bank.begin({ bytes: wanted.bytes, sha256: image });
    this.#asked = null;
    // Without an ending another image waits for its trial, or is on it: it comes first.
    if (!begun.ok) return { step: endingOf(begun.refusal) ?? LOOK_MS };
    if (begun.value.complete) return { step: this.#complete(wanted) ?? 0 };
    log.write('info', `Firmware ${wanted.firmware} is fetched from byte ${begun.value.offset} on.`);
    this.#fetch = { image, offset: begun.value.offset };
    return this.#fetch;
  }

  /** @returns how long nothing has to be done */
  #goOn(wanted: WantedUpdate, fetch: Fetch): number {
    if (this.#asked !== null) {
      const leftMs = this.#asked.monoMs + this.#silenceMs - this.#nowMs;
      if (leftMs > 0) return leftMs;
      this.#asked = null;
      this.#silenceMs = Math.min(2 * this.#silenceMs, SILENCE_MS_MAX);
    }
    const waitMs = this.#nextMonoMs - this.#nowMs;
    if (waitMs > 0) return waitMs;
    if (!this.#line.isFree) return LOOK_MS;
    this.#ask(wanted, fetch);
    return this.#silenceMs;
  }

  #ask({ bytes }: WantedUpdate, { image, offset }: Fetch): void {
    const length = Math.min(this.#line.partBytesMax, bytes - offset);
    this.#asked = { length, monoMs: this.#nowMs };
    this.#line.ask(encodeImageRequest({ image, offset, length }));
  }

  #take(wanted: WantedUpdate, fetch: Fetch, data: Uint8Array): UpdateResult | null {
    this.#asked = null;
    this.#silenceMs = SILENCE_MS_MIN;
    this.#nextMonoMs = this.#nowMs + PAUSE_MS;
    // Whoever holds the cable has written over it.
    if (isCableBusy(this.#conditions)) return null;
    const written = this.#conditions.bank.write(fetch.offset, data);
    if (written.ok) {
      fetch.offset = written.value.offset;
      return written.value.complete ? this.#complete(wanted) : null;
    }
    const ending = endingOf(written.refusal);
    // Somebody else has written meanwhile: the bank knows where to go on.
    if (ending === null) this.#fetch = null;
    return ending;
  }

  /** The file is here, as it was signed for, and an image for this unit. @returns how the update ends, if it is not */
  #complete(wanted: WantedUpdate): UpdateResult | null {
    this.#fetch = null;
    const { bank, host } = this.#conditions;
    const held = bank.images().find(({ slot }) => slot === 1);
    if (held === undefined) return NOT_DONE;
    if (held.version !== wanted.firmware) return OTHER_IMAGE;
    host().receive({ type: 'update.proceeded', image: held.hash, restarts: 0 });
    return null;
  }

  get #nowMs(): number {
    return this.#conditions.clock.read().monoMs;
  }

  #read(bytes: Uint8Array): ImagePart | null {
    try {
      return decodeImagePart(bytes);
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      this.#conditions.log.write('warning', `A piece of an image was refused: ${error.message}`);
      return null;
    }
  }
}
