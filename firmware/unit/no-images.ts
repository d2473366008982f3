import type { Banked, ImageBank } from '../update/image-bank.ts';

const refused: Banked<never> = { ok: false, refusal: 'no-loader' };

/** A unit that no loader started holds no images and takes none: nobody would start them. */
export const noImages: ImageBank = {
  images: () => [],
  begin: () => refused,
  write: () => refused,
  test: () => refused,
  confirm: () => refused,
  erase: () => refused,
  prepareRestart: () => ({ ok: true, value: undefined }),
};
