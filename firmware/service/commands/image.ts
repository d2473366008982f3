import { hexOf } from '../../../protocol/cose/bytes.ts';
import { headerBytes, imageBytesMax, versionAt } from '../../../protocol/image/layout.ts';
import { compareVersions, parseVersion } from '../../../protocol/image/version.ts';
import { image } from '../../../protocol/smp/commands/image.ts';
import { imageRc, smpGroup, smpRc } from '../../../protocol/smp/numbers.ts';
import type { Banked, BankRefusal, HeldImage, ImageBank, Progress } from '../../update/image-bank.ts';
import { type Exchange, type Handler, handler, Refused } from '../exchange.ts';

/** What the bank says, in the nearest words that existing clients know. `image/refusal` among the settings is exact. */
const numbers: Readonly<Record<BankRefusal, number>> = {
  'too-large': imageRc.tooLarge,
  truncated: imageRc.invalidLength,
  'bad-magic': imageRc.invalidMagic,
  malformed: imageRc.invalidHeader,
  trailing: imageRc.dataOverrun,
  unsupported: imageRc.invalidTlv,
  incomplete: imageRc.noTlvs,
  'hash-mismatch': imageRc.invalidHash,
  'wrong-key': imageRc.noImage,
  'bad-signature': imageRc.noImage,
  'wrong-class': imageRc.invalidAddress,
  'rolled-back': imageRc.currentIsNewer,
  'no-upload': imageRc.invalidOffset,
  'wrong-offset': imageRc.invalidOffset,
  'file-mismatch': imageRc.invalidHash,
  storage: imageRc.flashWrite,
  'unknown-hash': imageRc.hashNotFound,
  'in-use': imageRc.testOfActiveDenied,
  'already-pending': imageRc.alreadyPending,
  'failed-before': imageRc.noFreeSlot,
  'older-version': imageRc.currentIsNewer,
  'not-now': imageRc.confirmDenied,
  'no-loader': imageRc.flashContextNotSet,
};

interface UploadRequest {
  readonly image?: number | undefined;
  readonly len?: number | undefined;
  readonly off: number;
  readonly sha?: Uint8Array | undefined;
  readonly data: Uint8Array;
  readonly upgrade?: boolean | undefined;
}

type Uploaded = { readonly off: number; readonly match?: true };

/** The image group, for as long as the firmware runs. */
export class ImageService {
  /** Where the file that is being received goes on. */
  #offset = 0;
  #refusal: BankRefusal | null = null;

  /** Why the bank refused last, in its own word: SMP has fewer numbers than there are reasons. */
  get refusal(): BankRefusal | null {
    return this.#refusal;
  }

  readonly handlers: readonly Handler[] = [
    handler(image.state, (_, { unit }) => states(unit.images)),
    handler(image.setState, ({ hash, confirm = false }, { unit, journal }) => {
      if (hash === undefined && !confirm) {
        return Refused.plain(smpRc.invalid, 'hash is missing; name the image to test');
      }
      journal(confirm ? 'image-confirm' : 'image-test', hash === undefined ? 'running' : hexOf(hash).slice(0, 64));
      const done = confirm || hash === undefined ? unit.images.confirm(hash ?? null) : unit.images.test(hash);
      return done.ok ? states(unit.images) : this.#refused(done.refusal);
    }),
    handler(image.upload, (request, exchange) => {
      const answer = request.off === 0 ? this.#begin(request, exchange) : this.#goOn(request, exchange);
      if (!(answer instanceof Refused)) this.#offset = answer.off;
      return answer;
    }),
    handler(image.erase, ({ slot = 1 }, { unit, journal }) => {
      if (slot !== 1) return refusedAs(imageRc.invalidSlot);
      journal('image-erase');
      const done = unit.images.erase();
      return done.ok ? {} : this.#refused(done.refusal);
    }),
    handler(image.slotInfo, () => ({ images: [{ image: 0, slots, max_image_size: imageBytesMax }] })),
  ];

  #begin({ image: number = 0, len = 0, sha, data, upgrade = false }: UploadRequest, exchange: Exchange) {
    const { images } = exchange.unit;
    if (number !== 0) return refusedAs(imageRc.invalidSlot);
    if (sha === undefined) return Refused.plain(smpRc.invalid, 'sha is missing; send the SHA-256 of the whole file');
    if (upgrade && !isNewer(data, images.images())) return refusedAs(imageRc.currentIsNewer);
    exchange.journal('image-begun', hexOf(sha));
    const begun = images.begin({ bytes: len, sha256: sha });
    if (!begun.ok || begun.value.offset > 0 || begun.value.complete) return this.#progress(begun, exchange);
    return this.#progress(images.write(0, data), exchange);
  }

  #goOn({ off, data }: UploadRequest, exchange: Exchange): Uploaded | Refused {
    const written = exchange.unit.images.write(off, data);
    if (!written.ok && written.refusal === 'wrong-offset') return { off: this.#offset };
    // The client begins again with all that only the first part tells.
    if (!written.ok && written.refusal === 'no-upload') return { off: 0 };
    return this.#progress(written, exchange);
  }

  #progress(banked: Banked<Progress>, { journal }: Exchange): Uploaded | Refused {
    if (!banked.ok) return this.#refused(banked.refusal);
    const { offset, complete } = banked.value;
    if (!complete) return { off: offset };
    journal('image-complete');
    return { off: offset, match: true };
  }

  #refused(refusal: BankRefusal): Refused {
    this.#refusal = refusal;
    return refusedAs(numbers[refusal]);
  }
}

const slots = [
  { slot: 0, size: imageBytesMax },
  { slot: 1, size: imageBytesMax, upload_image_id: 0 },
];

/** Whether the image that begins with `head` is of a later version than the one that runs. */
function isNewer(head: Uint8Array, held: readonly HeldImage[]): boolean {
  const running = parseVersion(held.find(({ active }) => active)?.version ?? '');
  if (head.length < headerBytes || running === undefined) return false;
  return compareVersions(versionAt(new DataView(head.buffer, head.byteOffset, headerBytes)), running) > 0;
}

function states(bank: ImageBank) {
  const images = bank.images().map((held) => ({ ...held }));
  return { images, splitStatus: 0 };
}

function refusedAs(rc: number): Refused {
  return Refused.inGroup(smpGroup.image, rc);
}
