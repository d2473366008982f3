import { imageBytesMax } from '../image/layout.ts';
import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { byteString, integer } from '../wire/kinds.ts';
import { field, optional, record } from '../wire/record.ts';
import { sha256 } from './digest.ts';
import { imagePartBytesMax } from './signed-limits.ts';

/** What a part's message has besides its data. */
export const imagePartFrameBytes = 64;

const offset = integer(0, imageBytesMax - 1);

export const imageRequestKind = record(
  'image-request',
  { image: field(1, sha256), offset: field(2, offset), length: field(3, integer(1, imagePartBytesMax)) },
  { unknownKeys: 'ignored' },
);

/**
 * A unit that was told to update asks for a piece of the image file with this SHA-256: `length` bytes from `offset` on,
 * one piece at a time. It decides when, so that nothing of the citizen's waits for an image.
 */
export type ImageRequest = TypeOf<typeof imageRequestKind>;

export const imagePartKind = record(
  'image-part',
  {
    image: field(1, sha256),
    offset: field(2, offset),
    data: optional(3, byteString(imagePartBytesMax, 'image-bytes')),
  },
  { unknownKeys: 'ignored' },
);

/**
 * The answer: bytes of that file from `offset` on, as many as were asked for or what is left. Without `data` the centre
 * has the image no longer, and the unit asks no more. Nobody signs a piece: the whole is checked against the hash in the
 * signed command, and then by the signature in the image itself.
 */
export type ImagePart = TypeOf<typeof imagePartKind>;

const limits = { bytesMax: imagePartBytesMax + imagePartFrameBytes, depthMax: 1, itemsMax: 16 };
const requestCodec = codec(imageRequestKind, { ...limits, bytesMax: 2 * imagePartFrameBytes });
const partCodec = codec(imagePartKind, limits);

/** @throws ProtocolError */
export function encodeImageRequest(request: ImageRequest): Uint8Array {
  return requestCodec.encode(request);
}

/** @throws ProtocolError */
export function decodeImageRequest(bytes: Uint8Array): ImageRequest {
  return requestCodec.decode(bytes);
}

/** @throws ProtocolError */
export function encodeImagePart(part: ImagePart): Uint8Array {
  return partCodec.encode(part);
}

/** @throws ProtocolError */
export function decodeImagePart(bytes: Uint8Array): ImagePart {
  return partCodec.decode(bytes);
}
