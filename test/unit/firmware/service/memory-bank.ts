import type { Banked, BankRefusal, HeldImage, ImageBank, Progress } from '../../../../firmware/update/image-bank.ts';
import { sameBytes } from '../../../../protocol/cose/bytes.ts';
import { isImageError } from '../../../../protocol/image/error.ts';
import { readImage } from '../../../../protocol/image/read.ts';
import { acceptImage, claimsOf, type ImageTrust } from '../../../../protocol/image/trust.ts';
import { versionText } from '../../../../protocol/image/version.ts';

interface Held {
  readonly version: string;
  readonly hash: Uint8Array;
  pending: boolean;
  confirmed: boolean;
}

/** Two slots in memory that follow MCUboot's rules; `restart` is what the loader does. */
export class MemoryBank implements ImageBank {
  readonly #trust: ImageTrust;
  #running: Held;
  #other: Held | null = null;
  #upload: { readonly bytes: Uint8Array; readonly sha256: Uint8Array; offset: number } | null = null;

  constructor(trust: ImageTrust, running = '1.0.0') {
    this.#trust = trust;
    const hash = trust.sha256(new TextEncoder().encode(running));
    this.#running = { version: running, hash, pending: false, confirmed: true };
  }

  images(): readonly HeldImage[] {
    const running: HeldImage = { slot: 0, bootable: true, active: true, ...this.#running };
    return this.#other === null ? [running] : [running, { slot: 1, bootable: true, active: false, ...this.#other }];
  }

  begin({ bytes, sha256 }: { readonly bytes: number; readonly sha256: Uint8Array }): Banked<Progress> {
    if (this.#upload === null || !sameBytes(this.#upload.sha256, sha256)) {
      this.#upload = { bytes: new Uint8Array(bytes), sha256, offset: 0 };
    }
    return this.#progress();
  }

  write(offset: number, data: Uint8Array): Banked<Progress> {
    const upload = this.#upload;
    if (upload === null) return refused('no-upload');
    if (offset !== upload.offset || offset + data.length > upload.bytes.length) return refused('wrong-offset');
    upload.bytes.set(data, offset);
    upload.offset += data.length;
    return upload.offset === upload.bytes.length ? this.#complete(upload.bytes, upload.sha256) : this.#progress();
  }

  test(hash: Uint8Array): Banked<void> {
    if (this.#other === null || !sameBytes(this.#other.hash, hash)) return refused('unknown-hash');
    this.#other.pending = true;
    return done;
  }

  confirm(hash: Uint8Array | null): Banked<void> {
    if (hash === null || sameBytes(hash, this.#running.hash)) this.#running.confirmed = true;
    else if (this.#other !== null && sameBytes(hash, this.#other.hash)) {
      this.#other.pending = true;
    } else return refused('unknown-hash');
    return done;
  }

  erase(): Banked<void> {
    this.#other = null;
    this.#upload = null;
    return done;
  }

  prepareRestart(): Banked<void> {
    return done;
  }

  /** An image that is pending starts; one that started and was not confirmed goes back. */
  restart(): void {
    const other = this.#other;
    if (other === null || (this.#running.confirmed && !other.pending)) return;
    this.#other = { ...this.#running, pending: false };
    this.#running = { ...other, pending: false, confirmed: other.confirmed };
  }

  #progress(): Banked<Progress> {
    return { ok: true, value: { offset: this.#upload?.offset ?? 0, complete: false } };
  }

  #complete(bytes: Uint8Array, sha256: Uint8Array): Banked<Progress> {
    this.#upload = null;
    if (!sameBytes(this.#trust.sha256(bytes), sha256)) return refused('file-mismatch');
    try {
      acceptImage(bytes, this.#trust);
    } catch (error) {
      if (isImageError(error)) return refused(error.code);
      throw error;
    }
    const image = readImage(bytes);
    const hash = claimsOf(image).digest ?? new Uint8Array();
    this.#other = { version: versionText(image.version), hash, pending: false, confirmed: false };
    return { ok: true, value: { offset: bytes.length, complete: true } };
  }
}

const done: Banked<void> = { ok: true, value: undefined };

function refused(refusal: BankRefusal): { readonly ok: false; readonly refusal: BankRefusal } {
  return { ok: false, refusal };
}
