import { type Flash, FlashError } from '../../hal/ports/flash.ts';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import { headerAt, headerBytes, imageBytesMax, imageMagic, versionAt } from '../../protocol/image/layout.ts';
import type { ImageTrust } from '../../protocol/image/trust.ts';
import { compareVersions, type ImageVersion, versionText } from '../../protocol/image/version.ts';
import { otherSlot, type Slot } from './boot-record.ts';
import type { Banked, BankRefusal, HeldImage, ImageBank, Progress } from './image-bank.ts';
import type { RecordKeeper } from './record-keeper.ts';
import { areaOf, judgeSlot, type SlotContent, type UnitTrust } from './slot.ts';
import { UploadSink } from './upload-sink.ts';

export interface SlotBankOptions {
  readonly flash: Flash;
  readonly keeper: RecordKeeper;
  readonly trust: UnitTrust;
  /** False in the loader's recovery, where no image runs. */
  readonly running: boolean;
  /** Whether a restart now would come between nobody and a dose: none is due, presented, uncertain or moving. */
  mayRestart(): boolean;
  /** Whether this unit can start what the body holds, for example on its runtime. */
  fits?(body: Uint8Array): boolean;
  /** Told after the running image was confirmed and that is durable. */
  confirmed?(): void;
}

type Spare = 'unknown' | SlotContent | null;

/**
 * The images of a unit in two slots. The image that runs is never written to; what is written becomes a candidate that
 * starts on trial, once granted, and stays when it confirms itself. Every step is durable before it is answered.
 */
export class SlotBank implements ImageBank {
  readonly #options: SlotBankOptions;
  readonly #flash: Flash;
  readonly #keeper: RecordKeeper;
  readonly #sink: UploadSink;
  #held: { a: Spare; b: Spare } = { a: 'unknown', b: 'unknown' };

  constructor(options: SlotBankOptions) {
    this.#options = options;
    this.#flash = options.flash;
    this.#keeper = options.keeper;
    this.#sink = new UploadSink(options.flash, options.keeper, options.trust.sha256);
  }

  images(): readonly HeldImage[] {
    const active = this.#active;
    return [active, otherSlot(active)].flatMap((slot, index) => {
      const content = this.#contentOf(slot);
      if (content === null) return [];
      const { candidate, confirmed } = this.#keeper.current;
      const pending =
        candidate !== null &&
        candidate.phase !== 'trial' &&
        slot === this.#spare &&
        sameBytes(candidate.hash, content.hash);
      return [
        {
          slot: index === 0 ? 0 : 1,
          version: versionText(content.version),
          hash: content.hash,
          bootable: content.refusal === null,
          pending,
          confirmed: slot === confirmed?.slot,
          active: index === 0 && this.#options.running,
        } satisfies HeldImage,
      ];
    });
  }

  begin(file: { readonly bytes: number; readonly sha256: Uint8Array }): Banked<Progress> {
    return banked(() => {
      const { candidate } = this.#keeper.current;
      if (candidate?.phase === 'trial') return 'in-use';
      const known = this.#sink.progressOf(this.#spare, file);
      if (known !== null) return { value: known };
      if (candidate !== null) return 'already-pending';
      if (file.bytes > imageBytesMax) return 'too-large';
      if (file.bytes < headerBytes) return 'truncated';
      this.#held[this.#spare] = null;
      return this.#sink.begin(this.#spare, file) ? { value: { offset: 0, complete: false } } : 'storage';
    });
  }

  write(offset: number, data: Uint8Array): Banked<Progress> {
    const answer = banked(() => this.#write(offset, data));
    if (!answer.ok && answer.refusal === 'storage') this.#sink.forget();
    return answer;
  }

  test(hash: Uint8Array): Banked<void> {
    return banked(() => this.#propose(hash));
  }

  confirm(hash: Uint8Array | null): Banked<void> {
    return banked(() => {
      const running = this.#options.running ? this.#contentOf(this.#active) : null;
      const isRunning = running !== null && (hash === null || sameBytes(hash, running.hash));
      if (isRunning) return this.#confirmRunning();
      // What never ran is not taken at anybody's word: it is tried, and confirms itself.
      return hash === null ? 'unknown-hash' : this.#propose(hash);
    });
  }

  erase(): Banked<void> {
    return banked(() => {
      if (this.#keeper.current.candidate?.phase === 'trial') return 'in-use';
      this.#keeper.save({ candidate: null, standby: null, upload: null });
      this.#sink.forget();
      this.#held[this.#spare] = null;
      this.#flash.erase(areaOf(this.#spare));
      return done;
    });
  }

  prepareRestart(): Banked<void> {
    return banked(() => {
      if (!this.#options.mayRestart()) return 'not-now';
      const { candidate } = this.#keeper.current;
      if (candidate?.phase === 'waiting') this.#keeper.save({ candidate: { ...candidate, phase: 'armed' } });
      return done;
    });
  }

  /** The slot that runs, or would. */
  get #active(): Slot {
    return this.#keeper.current.candidate?.phase === 'trial' ? this.#spare : otherSlot(this.#spare);
  }

  /** The slot that is not confirmed: where uploads go, and from where a candidate is tried. */
  get #spare(): Slot {
    return otherSlot(this.#keeper.current.confirmed?.slot ?? 'a');
  }

  get #trust(): ImageTrust {
    return { ...this.#options.trust, securityCounterMin: this.#keeper.current.counterMin };
  }

  #write(offset: number, data: Uint8Array): BankRefusal | { readonly value: Progress } {
    const taken = this.#sink.write(this.#spare, offset, data, (head) => this.#refusalOfHead(head));
    if (typeof taken === 'string') return taken;
    if (!taken.whole) return { value: { offset: taken.offset, complete: false } };
    const refusal = this.#sink.isAsAnnounced(this.#spare) ? this.#refusalOfUpload() : 'file-mismatch';
    if (refusal !== null) {
      this.#sink.drop(this.#spare);
      return refusal;
    }
    this.#sink.finish();
    this.#held[this.#spare] = 'unknown';
    return { value: { offset: taken.offset, complete: true } };
  }

  #contentOf(slot: Slot): SlotContent | null {
    const { upload } = this.#keeper.current;
    if (slot === this.#spare && upload !== null && upload.durable < upload.bytes) return null;
    const known = this.#held[slot];
    if (known !== 'unknown') return known;
    try {
      const found = judgeSlot(this.#flash, slot, this.#trust);
      const content = typeof found === 'string' ? null : found.content;
      this.#held[slot] = content;
      return content;
    } catch (error) {
      if (error instanceof FlashError) return null;
      throw error;
    }
  }

  /** What the first bytes already tell, so that nobody sends megabytes for nothing. */
  #refusalOfHead(head: Uint8Array): BankRefusal | null {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (view.getUint32(headerAt.magic, true) !== imageMagic) return 'bad-magic';
    return this.#refusalOfVersion(versionAt(view));
  }

  #refusalOfUpload(): BankRefusal | null {
    const found = judgeSlot(this.#flash, this.#spare, this.#trust);
    if (typeof found === 'string') return found;
    const { content, image } = found;
    return (
      content.refusal ?? this.#refusalOf(content) ?? (this.#options.fits?.(image.body) === false ? 'unsupported' : null)
    );
  }

  #refusalOf(content: SlotContent): BankRefusal | null {
    if (this.#keeper.current.failed.some((hash) => sameBytes(hash, content.hash))) return 'failed-before';
    return this.#refusalOfVersion(content.version);
  }

  #refusalOfVersion(version: ImageVersion): BankRefusal | null {
    const { confirmed } = this.#keeper.current;
    const stays = confirmed === null ? null : this.#contentOf(confirmed.slot);
    return stays?.refusal === null && compareVersions(version, stays.version) < 0 ? 'older-version' : null;
  }

  #propose(hash: Uint8Array): BankRefusal | Done {
    const { candidate } = this.#keeper.current;
    if (this.#options.running && this.#isIn(this.#active, hash)) return 'in-use';
    if (candidate?.phase === 'trial') return this.#isIn(otherSlot(this.#spare), hash) ? 'in-use' : 'already-pending';
    if (!this.#isIn(this.#spare, hash)) return 'unknown-hash';
    const found = judgeSlot(this.#flash, this.#spare, this.#trust);
    if (typeof found === 'string') return found;
    const refusal = found.content.refusal ?? this.#refusalOf(found.content);
    if (refusal !== null) return refusal;
    if (!this.#options.mayRestart()) return 'not-now';
    if (candidate === null) {
      this.#keeper.save({ candidate: { hash: found.content.hash, phase: 'waiting', starts: 0 } });
    }
    return done;
  }

  #isIn(slot: Slot, hash: Uint8Array): boolean {
    const content = this.#contentOf(slot);
    return content !== null && sameBytes(content.hash, hash);
  }

  /** Verified in full once more before anything is raised: a floor above what can start would leave nothing to start. */
  #confirmRunning(): BankRefusal | Done {
    const slot = this.#active;
    const found = judgeSlot(this.#flash, slot, this.#trust);
    if (typeof found === 'string') return found;
    const { hash, refusal, securityCounter } = found.content;
    if (refusal !== null) return refusal;
    const { candidate, confirmed, counterMin } = this.#keeper.current;
    if (candidate?.phase === 'trial') {
      this.#keeper.save({
        confirmed: { slot, hash },
        standby: confirmed?.hash ?? null,
        candidate: null,
        upload: null,
        counterMin: Math.max(counterMin, securityCounter),
      });
      this.#sink.forget();
      this.#held = { a: 'unknown', b: 'unknown' };
    } else if (securityCounter > counterMin) {
      this.#keeper.save({ counterMin: securityCounter });
      this.#held = { a: 'unknown', b: 'unknown' };
    }
    this.#options.confirmed?.();
    return done;
  }
}

type Done = { readonly value: undefined };
const done: Done = { value: undefined };

/** A medium that fails is an answer, not a crash. */
function banked<T>(act: () => BankRefusal | { readonly value: T }): Banked<T> {
  try {
    const result = act();
    return typeof result === 'string' ? { ok: false, refusal: result } : { ok: true, value: result.value };
  } catch (error) {
    if (error instanceof FlashError) return { ok: false, refusal: 'storage' };
    throw error;
  }
}
