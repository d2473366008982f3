import type { Flash } from '../../hal/ports/flash.ts';
import { type ImageErrorCode, isImageError } from '../../protocol/image/error.ts';
import { imageBytesMax } from '../../protocol/image/layout.ts';
import { type Image, readImage } from '../../protocol/image/read.ts';
import { claimsOf, defectsOf, type ImageTrust } from '../../protocol/image/trust.ts';
import type { ImageVersion } from '../../protocol/image/version.ts';
import type { Slot } from './boot-record.ts';

/** What a unit trusts, apart from what it has confirmed. */
export type UnitTrust = Omit<ImageTrust, 'securityCounterMin'>;

/** What lies in a slot; nothing of it is held in memory. */
export interface SlotContent {
  /** What the image calls itself; as true as `refusal` is null. */
  readonly hash: Uint8Array;
  readonly version: ImageVersion;
  readonly securityCounter: number;
  /** Why it may not start, null when it may. */
  readonly refusal: ImageErrorCode | null;
}

export const areaOf = (slot: Slot): 'slot-a' | 'slot-b' => (slot === 'a' ? 'slot-a' : 'slot-b');

/** A verified image, with its one copy in memory. */
export interface VerifiedSlot {
  readonly content: SlotContent;
  readonly image: Image;
}

/**
 * Reads and judges a slot in full: hash, signature, class and counter.
 * @returns the image's code when it cannot be read at all. @throws FlashError
 */
export function judgeSlot(
  flash: Flash,
  slot: Slot,
  trust: ImageTrust,
): { readonly content: SlotContent; readonly image: Image } | ImageErrorCode {
  const area = areaOf(slot);
  const bytes = flash.bytesIn(area);
  if (bytes > imageBytesMax) return 'too-large';
  try {
    const image = readImage(flash.read(area, 0, bytes));
    const claims = claimsOf(image);
    const [defect] = defectsOf(image, trust);
    return {
      image,
      content: {
        hash: (claims.digest ?? trust.sha256(image.signedRegion)).slice(),
        version: image.version,
        securityCounter: claims.securityCounter ?? 0,
        refusal: defect?.code ?? null,
      },
    };
  } catch (error) {
    if (isImageError(error)) return error.code;
    throw error;
  }
}

/** The image in a slot if it may start. @throws FlashError */
export function verifiedIn(flash: Flash, slot: Slot, trust: ImageTrust): VerifiedSlot | null {
  const found = judgeSlot(flash, slot, trust);
  return typeof found === 'string' || found.content.refusal !== null ? null : found;
}
