import { createHash } from 'node:crypto';
import { BundleError, type Manifest, readBundle } from '../../hal/linux/bundle.ts';
import { deviceClassId } from '../../hal/linux/device-class.ts';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import { type ImageError, isImageError } from '../../protocol/image/error.ts';
import { imageBytesMax } from '../../protocol/image/layout.ts';
import { type Image, readImage } from '../../protocol/image/read.ts';
import { claimsOf, defectsOf } from '../../protocol/image/trust.ts';
import { versionText } from '../../protocol/image/version.ts';
import { readFileOf } from './files.ts';
import { otherFile } from './other-file.ts';
import { kindOf } from './portrait.ts';
import { mistake } from './problem.ts';
import type { TechWords } from './words.ts';

/** An image that the unit may accept, as far as a laptop without the unit's keys can tell. */
export interface ImageFile {
  readonly bytes: Uint8Array;
  readonly version: string;
  /** The image's own name for itself, by which SMP calls it. */
  readonly hash: Uint8Array;
}

/** The unit that an image is for. */
export interface ImageTarget {
  readonly deviceClass: Uint8Array;
  /** Its processor, such as `arm64`. */
  readonly machine: string;
}

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

/** Reads an image, and finds what is wrong with it before minutes of transfer. @throws TechProblem */
export async function readImageFile(t: TechWords, file: string, target: ImageTarget): Promise<ImageFile> {
  const bytes = readFileOf(t, file, { bytesMax: imageBytesMax, wanted: 'image' });
  const image = soundImage(t, bytes, file);
  const { arch, class: built } = await manifestOf(t, image, file);
  const { deviceClass: claimed = new Uint8Array() } = claimsOf(image);
  if (!sameBytes(claimed, target.deviceClass)) {
    // A name that stands for another class than the one that is signed for would only mislead.
    throw sameBytes(deviceClassId(built), claimed)
      ? mistake(t, 'imageClass', file, built, kindOf(t, { class: target.deviceClass }))
      : mistake(t, 'imageDefect', file, t.image.refusals['wrong-class']);
  }
  if (arch !== target.machine) throw mistake(t, 'imageArch', file, arch, target.machine);
  return { bytes, version: versionText(image.version), hash: claimsOf(image).digest ?? new Uint8Array() };
}

function soundImage(t: TechWords, bytes: Uint8Array, file: string): Image {
  try {
    const image = readImage(bytes);
    const { keyHash, deviceClass = new Uint8Array() } = claimsOf(image);
    // Whose key it is, and how new the image must be, only the unit knows; for which kind it is, is told by its name.
    const keys = keyHash === undefined ? [] : [{ keyHash, verify: () => true }];
    const [defect] = defectsOf(image, { sha256, keys, deviceClass, securityCounterMin: 0 });
    if (defect !== undefined) throw defect;
    return image;
  } catch (error) {
    if (!isImageError(error)) throw error;
    throw otherFile(t, { file, bytes }, 'image') ?? defective(t, file, error);
  }
}

function defective(t: TechWords, file: string, { code }: ImageError) {
  return mistake(t, 'imageDefect', file, t.image.refusals[code]);
}

async function manifestOf(t: TechWords, { body }: Image, file: string): Promise<Manifest> {
  try {
    return (await readBundle(body)).manifest;
  } catch (error) {
    throw error instanceof BundleError ? mistake(t, 'imageDefect', file, t.image.noProgram) : error;
  }
}
