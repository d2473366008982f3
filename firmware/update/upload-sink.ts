import type { Flash } from '../../hal/ports/flash.ts';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import { headerBytes } from '../../protocol/image/layout.ts';
import type { Slot } from './boot-record.ts';
import type { BankRefusal, Progress } from './image-bank.ts';
import type { RecordKeeper } from './record-keeper.ts';
import { areaOf } from './slot.ts';

/** A power cut costs at most so much of an upload: half a minute at 115,200 baud. */
export const checkpointBytes = 256 * 1024;
/** Left free for the ledger, which shares the medium. */
export const reserveBytes = 16 * 1024 * 1024;

/** Receives one file into a slot, durable in coarse steps, so that it goes on after any interruption. */
export class UploadSink {
  readonly #flash: Flash;
  readonly #keeper: RecordKeeper;
  readonly #sha256: (bytes: Uint8Array) => Uint8Array;
  /** How far the file was written since the last start; null until anybody has asked. */
  #offset: number | null = null;

  constructor(flash: Flash, keeper: RecordKeeper, sha256: (bytes: Uint8Array) => Uint8Array) {
    this.#flash = flash;
    this.#keeper = keeper;
    this.#sha256 = sha256;
  }

  /** How far that very file is, null when it is another or none. */
  progressOf(slot: Slot, file: { readonly bytes: number; readonly sha256: Uint8Array }): Progress | null {
    const { upload } = this.#keeper.current;
    if (upload === null || upload.bytes !== file.bytes || !sameBytes(upload.sha256, file.sha256)) return null;
    const complete = upload.durable === upload.bytes;
    return { offset: complete ? upload.bytes : this.#reached(slot, upload.durable), complete };
  }

  /** Makes room for a new file; false when there is none. @throws FlashError */
  begin(slot: Slot, file: { readonly bytes: number; readonly sha256: Uint8Array }): boolean {
    const area = areaOf(slot);
    if (file.bytes + reserveBytes > this.#flash.freeBytes() + this.#flash.bytesIn(area)) return false;
    // The record first: a slot that is half erased must already count for nothing.
    this.#keeper.save({ upload: { bytes: file.bytes, sha256: file.sha256.slice(), durable: 0 }, standby: null });
    this.#offset = 0;
    this.#flash.erase(area);
    return true;
  }

  /**
   * Takes bytes at the offset where the file goes on. `refuse` judges the file's head as soon as it is there.
   * @throws FlashError; the file then goes on from its last durable byte
   */
  write(
    slot: Slot,
    offset: number,
    data: Uint8Array,
    refuse: (head: Uint8Array) => BankRefusal | null,
  ): BankRefusal | { readonly offset: number; readonly whole: boolean } {
    const { upload } = this.#keeper.current;
    if (upload === null || upload.durable === upload.bytes) return 'no-upload';
    const reached = this.#reached(slot, upload.durable);
    const end = reached + data.length;
    if (offset !== reached) return 'wrong-offset';
    if (end > upload.bytes) return 'too-large';
    const area = areaOf(slot);
    // Until it is known to have succeeded, only what the record says counts.
    this.#offset = null;
    // A cut may have kept the erasure from happening, and what lay there before may be longer.
    if (reached === 0 && this.#flash.bytesIn(area) > 0) this.#flash.erase(area);
    this.#flash.write(area, reached, data);
    if (reached < headerBytes && end >= headerBytes) {
      const refusal = refuse(this.#flash.read(area, 0, headerBytes));
      if (refusal !== null) {
        this.drop(slot);
        return refusal;
      }
    }
    const whole = end === upload.bytes;
    if (whole) this.#flash.sync(area);
    else if (end - upload.durable >= checkpointBytes) {
      this.#flash.sync(area);
      this.#keeper.save({ upload: { ...upload, durable: end } });
    }
    this.#offset = end;
    return { offset: end, whole };
  }

  /** Whether the slot holds the bytes that were announced, after a power cut in between too. @throws FlashError */
  isAsAnnounced(slot: Slot): boolean {
    const { upload } = this.#keeper.current;
    if (upload === null) return false;
    const area = areaOf(slot);
    if (this.#flash.bytesIn(area) !== upload.bytes) return false;
    return sameBytes(this.#sha256(this.#flash.read(area, 0, upload.bytes)), upload.sha256);
  }

  /** The whole file is there and verified. @throws FlashError */
  finish(): void {
    const { upload } = this.#keeper.current;
    if (upload !== null) this.#keeper.save({ upload: { ...upload, durable: upload.bytes } });
  }

  /** The file is of no use. @throws FlashError */
  drop(slot: Slot): void {
    this.forget();
    this.#keeper.save({ upload: null });
    this.#flash.erase(areaOf(slot));
  }

  /** Goes on from the last durable byte. */
  forget(): void {
    this.#offset = null;
  }

  #reached(slot: Slot, durable: number): number {
    return this.#offset ?? Math.min(durable, this.#flash.bytesIn(areaOf(slot)));
  }
}
