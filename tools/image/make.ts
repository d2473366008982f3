import { BundleError, type Manifest, packBundle, readBundle } from '../../hal/linux/bundle.ts';
import { deviceClassId, uuidText, vendorId } from '../../hal/linux/device-class.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { isImageError } from '../../protocol/image/error.ts';
import { type Image, readImage } from '../../protocol/image/read.ts';
import { acceptImage, claimsOf, type TrustedKey } from '../../protocol/image/trust.ts';
import { type ImageVersion, versionText } from '../../protocol/image/version.ts';
import { type Architecture, bundleProgram, programEntry } from './bundle-program.ts';
import { unsignedImage } from './container.ts';
import { sha256 } from './keys.ts';

/** The oldest Node that our programs run on (package.json, engines). */
const nodeMajorMin = 24;

export interface Recipe {
  /** The program's first source file. */
  readonly entry: string;
  /** The name of the device class. */
  readonly deviceClass: string;
  readonly version: ImageVersion;
  readonly securityCounter: number;
  readonly arch: Architecture;
}

/** Bundles a program into an image without a signature. @throws UsageError, RangeError */
export async function makeImage(recipe: Recipe): Promise<Uint8Array> {
  const files = await bundleProgram(recipe.entry, recipe.arch);
  const body = await packBundle(
    {
      dosis: packageJson.version,
      class: recipe.deviceClass,
      arch: recipe.arch,
      entry: programEntry,
      runtime: { nodeMajorMin },
    },
    files,
  );
  return unsignedImage({
    body,
    version: recipe.version,
    securityCounter: recipe.securityCounter,
    vendor: vendorId,
    deviceClass: deviceClassId(recipe.deviceClass),
  });
}

/** What an image says about itself; nothing of it is verified. Hashes in hex. */
export interface Description {
  readonly version: string;
  readonly bytes: number;
  readonly hash: string | null;
  readonly signedBy: string | null;
  readonly securityCounter: number | null;
  readonly deviceClass: string | null;
  /** Null when the body is no bundle; `problem` says why. */
  readonly manifest: Manifest | null;
  readonly problem: string | null;
}

/** @throws ImageError when the file is no image */
export async function describeImage(bytes: Uint8Array): Promise<Description> {
  const image = readImage(bytes);
  const { digest, keyHash, signature, securityCounter, deviceClass } = claimsOf(image);
  const { manifest, problem } = await manifestOf(image);
  return {
    version: versionText(image.version),
    bytes: bytes.length,
    hash: hexOrNull(digest),
    signedBy: signature === undefined ? null : hexOrNull(keyHash),
    securityCounter: securityCounter ?? null,
    deviceClass: deviceClass === undefined ? null : uuidText(deviceClass),
    manifest,
    problem,
  };
}

/** What a unit would ask; what is left out is taken from the image itself. */
export interface Demands {
  readonly keys: readonly TrustedKey[];
  readonly deviceClass?: string | undefined;
  readonly securityCounterMin?: number | undefined;
}

/** The code and the sentence for which a unit would refuse an image. */
export interface Refusal {
  readonly code: string;
  readonly sentence: string;
}

/** Judges an image as a unit does, body and all; null when it would be taken. */
export async function refusalOf(bytes: Uint8Array, demands: Demands): Promise<Refusal | null> {
  try {
    const claimed = claimsOf(readImage(bytes)).deviceClass ?? new Uint8Array(16);
    const { image } = acceptImage(bytes, {
      sha256,
      keys: demands.keys,
      deviceClass: demands.deviceClass === undefined ? claimed : deviceClassId(demands.deviceClass),
      securityCounterMin: demands.securityCounterMin ?? 0,
    });
    const { problem } = await manifestOf(image);
    return problem === null ? null : { code: 'bad-bundle', sentence: problem };
  } catch (error) {
    if (isImageError(error)) return { code: error.code, sentence: error.message };
    throw error;
  }
}

async function manifestOf(image: Image): Promise<{ manifest: Manifest | null; problem: string | null }> {
  try {
    const { manifest } = await readBundle(image.body);
    const named = deviceClassId(manifest.class);
    const claimed = claimsOf(image).deviceClass;
    if (claimed !== undefined && !Buffer.from(named).equals(claimed)) {
      throw new BundleError(`its manifest is for the class "${manifest.class}", and its header for another`);
    }
    return { manifest, problem: null };
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    const problem = `The image is sound, but no unit can start it: ${error.message}. Build it with "dosis image build".`;
    return { manifest: null, problem };
  }
}

function hexOrNull(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString('hex');
}
