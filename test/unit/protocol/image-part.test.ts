import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageBytesMax } from '../../../protocol/image/layout.ts';
import {
  decodeImagePart,
  decodeImageRequest,
  encodeImagePart,
  encodeImageRequest,
  imagePartFrameBytes,
} from '../../../protocol/messages/image-part.ts';
import { imagePartBytesMax } from '../../../protocol/messages/signed-limits.ts';
import { refusalOf } from './thrown.ts';

const image = Uint8Array.from({ length: 32 }, (_, index) => index);
const offset = fc.integer({ min: 0, max: imageBytesMax - 1 });

describe('a question for a piece of an image', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(offset, fc.integer({ min: 1, max: imagePartBytesMax }), (from, length) => {
        const request = { image, offset: from, length };
        expect(decodeImageRequest(encodeImageRequest(request))).toEqual(request);
      }),
    );
  });

  it('is refused when it asks for nothing, for too much, or beyond any image', () => {
    const request = { image, offset: 0, length: 1 };
    expect(refusalOf(() => encodeImageRequest({ ...request, length: 0 })).path).toBe('length');
    expect(refusalOf(() => encodeImageRequest({ ...request, length: imagePartBytesMax + 1 })).path).toBe('length');
    expect(refusalOf(() => encodeImageRequest({ ...request, offset: imageBytesMax })).path).toBe('offset');
    expect(refusalOf(() => encodeImageRequest({ ...request, image: image.subarray(1) })).path).toBe('image');
  });
});

describe('a piece of an image', () => {
  it('comes back as it was, also the one that says there is no such image any more', () => {
    expect(decodeImagePart(encodeImagePart({ image, offset: 7 }))).toEqual({ image, offset: 7 });
    fc.assert(
      fc.property(offset, fc.uint8Array({ minLength: 1, maxLength: 500 }), (from, data) => {
        const part = { image, offset: from, data };
        expect(decodeImagePart(encodeImagePart(part))).toEqual(part);
      }),
    );
  });

  it('of full size costs little more than its data', () => {
    const full = { image, offset: imageBytesMax - 1, data: new Uint8Array(imagePartBytesMax) };
    expect(encodeImagePart(full).length).toBeLessThanOrEqual(imagePartBytesMax + imagePartFrameBytes);
  });

  it('is refused when it brings no byte, or more than anybody may ask for', () => {
    expect(refusalOf(() => encodeImagePart({ image, offset: 0, data: new Uint8Array() })).path).toBe('data');
    const long = new Uint8Array(imagePartBytesMax + 1);
    expect(refusalOf(() => encodeImagePart({ image, offset: 0, data: long })).path).toBe('data');
    expect(refusalOf(() => decodeImagePart(new Uint8Array(imagePartBytesMax + imagePartFrameBytes + 1))).code).toBe(
      'too-large',
    );
  });
});
