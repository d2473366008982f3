import type { ImageErrorCode } from '../../protocol/image/error.ts';

/** One image as both slots are told of: MCUboot's words (design.md of mcuboot, "image trailer"). */
export interface HeldImage {
  /** 0 runs, 1 is where an upload goes. */
  readonly slot: 0 | 1;
  readonly version: string;
  /** SHA-256 over header, body and protected TLVs: the image's own name for itself, not the hash of its file. */
  readonly hash: Uint8Array;
  readonly bootable: boolean;
  /** Is tried at the next restart. */
  readonly pending: boolean;
  /** Stays at the next restart. */
  readonly confirmed: boolean;
  readonly active: boolean;
}

/** Why the bank refuses: what is wrong with an image, or with the moment. */
export type BankRefusal =
  | ImageErrorCode
  /** Nothing is being received, or from another file. */
  | 'no-upload'
  | 'wrong-offset'
  /** The file is complete and its bytes are not those that were announced. */
  | 'file-mismatch'
  | 'storage'
  /** No slot holds that hash. */
  | 'unknown-hash'
  /** The slot that runs, or that must stay to go back to. */
  | 'in-use'
  /** A test is under way: confirm it or restart first. */
  | 'already-pending'
  /** It ran on trial and was not confirmed; what failed once is not tried twice. */
  | 'failed-before'
  /** Its version is below the one that this unit has confirmed; going back is a new version too. */
  | 'older-version'
  /** A dose is due, presented, uncertain or moving. */
  | 'not-now'
  /** No loader stands by to start what is put in. */
  | 'no-loader';

export type Banked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: BankRefusal };

export interface Progress {
  /** Where to go on. */
  readonly offset: number;
  /** Told with the last byte: the whole file is there, is what was announced, and is an image for this unit. */
  readonly complete: boolean;
}

/** What cable and air do with firmware images; the same for both. */
export interface ImageBank {
  images(): readonly HeldImage[];
  /** Begins a file, or goes on with the same one: `sha256` is that of the whole file. */
  begin(file: { readonly bytes: number; readonly sha256: Uint8Array }): Banked<Progress>;
  write(offset: number, data: Uint8Array): Banked<Progress>;
  /** The image is tried at the next restart: it goes back unless it confirms itself. */
  test(hash: Uint8Array): Banked<void>;
  /** The running image stays; with a hash that image, from the next restart on and without a test. */
  confirm(hash: Uint8Array | null): Banked<void>;
  /** Forgets the image that does not run, and any upload. */
  erase(): Banked<void>;
  /**
   * Asked before every restart that somebody wants: refused while it would come between a citizen and a dose. A
   * pending image starts only after a restart that was granted here; after a power cut the confirmed one does.
   */
  prepareRestart(): Banked<void>;
}
