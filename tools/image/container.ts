import { buildImage, type ImageContent, type ImageSigner } from '../../protocol/image/build.ts';
import { areaHeadBytes, areaMagic, entryHeadBytes, entryType } from '../../protocol/image/layout.ts';
import { type Image, readImage } from '../../protocol/image/read.ts';
import { sha256 } from './keys.ts';

/** Only the form: what it signs is thrown away. */
const nobody: ImageSigner = { sha256, keyHash: new Uint8Array(32), sign: () => new Uint8Array(64) };

/** An image with its hash but without a signature: no unit accepts it before it is signed. @throws RangeError */
export function unsignedImage(content: ImageContent): Uint8Array {
  return withEntries(readImage(buildImage(content, nobody)), null);
}

/** The same image with the signature of this key in place of any other. */
export function signedImage(image: Image, signer: ImageSigner): Uint8Array {
  return withEntries(image, signer);
}

function withEntries({ signedRegion }: Image, signer: ImageSigner | null): Uint8Array {
  const digest = sha256(signedRegion);
  const entries: [number, Uint8Array][] = [[entryType.sha256, digest]];
  if (signer !== null) entries.push([entryType.keyHash, signer.keyHash], [entryType.ed25519, signer.sign(digest)]);
  const bytes = entries.reduce((sum, [, value]) => sum + entryHeadBytes + value.length, areaHeadBytes);
  return Buffer.concat([
    signedRegion,
    pair(areaMagic.plain, bytes),
    ...entries.flatMap(([type, value]) => [pair(type, value.length), value]),
  ]);
}

function pair(first: number, second: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(first, 0);
  bytes.writeUInt16LE(second, 2);
  return bytes;
}
