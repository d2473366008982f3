import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { imageKeyFrom } from '../../../hal/crypto/image-key.ts';
import { uuidText } from '../../../hal/linux/device-class.ts';
import { writeWhole } from '../../../hal/linux/whole-file.ts';
import { isImageError } from '../../../protocol/image/error.ts';
import { imageBytesMax } from '../../../protocol/image/layout.ts';
import { readImage } from '../../../protocol/image/read.ts';
import { acceptImage, claimsOf, type ImageClaims } from '../../../protocol/image/trust.ts';
import { versionText } from '../../../protocol/image/version.ts';
import { refusalSentence } from '../../../protocol/refusal-words.ts';
import { imageRefusals } from './image-refusals.ts';
import { ImageStoreError } from './image-store-error.ts';

/** More than anybody keeps apart. */
export const IMAGES_MAX = 32;
/** All of them together. */
const STORE_BYTES_MAX = 2 * 1024 ** 3;
const HASH_DIGITS = 12;
const wholeHash = /^[0-9a-f]{64}$/;
/** As people shorten a hash. */
const hashStart = /^[0-9a-f]{8,64}$/;

/** An image as the store keeps it. Hashes in hexadecimal. */
export interface StoredImage {
  /** SHA-256 of the whole file: its name here and in commands. */
  readonly image: string;
  /** The hash that it is signed by: what a unit, its technician and `dosis image inspect` call it by. */
  readonly hash: string;
  readonly bytes: number;
  readonly version: string;
  readonly securityCounter: number;
  /** The UUID of the kind of device it is for. */
  readonly deviceClass: string;
  /** Which key signed it. */
  readonly signedBy: string;
  /** Epoch seconds. */
  readonly addedS: number;
}

/**
 * Firmware images in a folder of the home, each under the hash of its file, each verified before it is there. A card
 * beside it says what it is; an image without one does not count.
 */
export class ImageStore {
  readonly #folder: string;
  readonly #keys: () => readonly Uint8Array[];

  /** @param keys raw Ed25519 keys of those whose images are taken in */
  constructor(folder: string, keys: () => readonly Uint8Array[]) {
    this.#folder = folder;
    this.#keys = keys;
  }

  /** The newest first. */
  list(): readonly StoredImage[] {
    if (!existsSync(this.#folder)) return [];
    const cards = readdirSync(this.#folder).filter((name) => name.endsWith('.json'));
    const images = cards.flatMap((name) => this.#card(name.slice(0, -'.json'.length)) ?? []);
    return images.sort((one, other) => other.addedS - one.addedS || one.image.localeCompare(other.image));
  }

  get(image: string): StoredImage | undefined {
    return wholeHash.test(image) ? this.#card(image) : undefined;
  }

  /** By its version, or by the beginning of its hash, that of the unit or that of the file. @throws ImageStoreError when there is none, or more than one */
  find(name: string): StoredImage {
    const images = this.list();
    const start = name.toLowerCase();
    const found = images.filter(
      ({ version, image, hash }) =>
        version === name || (hashStart.test(start) && (hash.startsWith(start) || image.startsWith(start))),
    );
    const [only, another] = found;
    if (only === undefined) {
      const known = images.map(({ version }) => version).join(', ');
      throw new ImageStoreError({
        da: `Der er intet program "${name}" i denne central (den har ${known || 'ingen'}); læg et ind med "dosis centre image add FIL".`,
        en: `There is no image "${name}" in this centre (it has ${known || 'none'}); add one with "dosis centre image add FILE".`,
      });
    }
    if (another === undefined) return only;
    // The same program, signed twice, differs only as a file.
    const same = found.every(({ hash }) => hash === only.hash);
    const hashes = found.map(({ hash, image }) => shortHash(same ? image : hash)).join(', ');
    throw new ImageStoreError({
      da: `"${name}" kan være hver af ${hashes}; nævn en af dem ved dens hash.`,
      en: `"${name}" can be any of ${hashes}; name one of them by its hash.`,
    });
  }

  /** Verifies a file and keeps it. One that is here already stays as it is. @throws ImageStoreError, ImageError */
  add(file: Uint8Array, nowMs: number): StoredImage {
    const image = createHash('sha256').update(file).digest('hex');
    const claims = this.#verified(file);
    const known = this.get(image);
    if (known !== undefined) return known;
    this.#makeRoom(file.length);
    const card: StoredImage = {
      image,
      hash: Buffer.from(claims.digest).toString('hex'),
      bytes: file.length,
      version: versionText(readImage(file).version),
      securityCounter: claims.securityCounter,
      deviceClass: uuidText(claims.deviceClass),
      signedBy: Buffer.from(claims.keyHash).toString('hex'),
      addedS: Math.floor(nowMs / 1000),
    };
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeWhole(this.#file(image), file);
    writeWhole(this.#file(image, 'json'), Buffer.from(`${JSON.stringify(card)}\n`));
    return card;
  }

  /** From now on no unit gets any more of it. @throws ImageStoreError */
  remove(name: string): StoredImage {
    const found = this.find(name);
    rmSync(this.#file(found.image, 'json'));
    rmSync(this.#file(found.image), { force: true });
    return found;
  }

  /** A piece of a file, without the rest of it in memory; undefined when it cannot be read. */
  read(image: string, offset: number, length: number): Uint8Array | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(this.#file(image), 'r');
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  #verified(file: Uint8Array): ImageClaims {
    const keys = this.#keys().map(imageKeyFrom);
    if (keys.length === 0) {
      throw new ImageStoreError({
        da: 'Centralen kender ingen, der underskriver programmer; læg leverandørens offentlige nøgle i "image-keys" i dens mappe.',
        en: 'This centre knows nobody who signs firmware; put the public key of the maker into "image-keys" in its home.',
      });
    }
    try {
      // Every kind of device is welcome here; the unit looks at its own.
      const { deviceClass = new Uint8Array(0) } = claimsOf(readImage(file));
      return acceptImage(file, { sha256, keys, deviceClass, securityCounterMin: 0 }).claims;
    } catch (error) {
      if (!isImageError(error)) throw error;
      const da = refusalSentence({ path: 'image', code: imageRefusals[error.code] }, 'da');
      throw new ImageStoreError({ da, en: error.message }, { cause: error });
    }
  }

  #makeRoom(bytes: number): void {
    const images = this.list();
    const held = images.reduce((sum, image) => sum + image.bytes, 0);
    if (images.length < IMAGES_MAX && held + bytes <= STORE_BYTES_MAX) return;
    const most = STORE_BYTES_MAX / 1024 ** 3;
    throw new ImageStoreError({
      da: `Centralen gemmer højst ${IMAGES_MAX} programmer på ${most} GiB tilsammen; fjern et gammelt med "dosis centre image remove".`,
      en: `The centre keeps at most ${IMAGES_MAX} images of ${most} GiB together; take an old one away with "dosis centre image remove".`,
    });
  }

  #card(image: string): StoredImage | undefined {
    try {
      const card = JSON.parse(readFileSync(this.#file(image, 'json'), 'utf8')) as StoredImage;
      const whole =
        card.image === image && wholeHash.test(card.hash) && statSync(this.#file(image)).size === card.bytes;
      return whole ? card : undefined;
    } catch {
      // Half an image, or none: whoever adds it again mends it.
      return undefined;
    }
  }

  #file(image: string, kind: 'img' | 'json' = 'img'): string {
    return join(this.#folder, `${image}.${kind}`);
  }
}

/** As many digits of a hash as a person compares; the same as on a unit. */
export function shortHash(hash: string): string {
  return hash.slice(0, HASH_DIGITS);
}

/** The bytes of an image's file, of which no more than an image may have is read. @throws ImageStoreError */
export function imageFile(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > imageBytesMax)
      throw new ImageStoreError({
        da: `"${path}" fylder ${size} byte; et program fylder højst ${imageBytesMax}.`,
        en: `"${path}" has ${size} bytes; an image has at most ${imageBytesMax}.`,
      });
    return readFileSync(path);
  } catch (error) {
    if (error instanceof ImageStoreError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const said = {
      da: `"${path}" kan ikke læses (${code}); nævn filen med et program.`,
      en: `"${path}" cannot be read (${code}); name the file of an image.`,
    };
    throw new ImageStoreError(said, { cause: error });
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
