import type { CentreHome } from '../authority/home.ts';
import { ImageStore } from './image-store.ts';

/** The images of a home; keys that are put there later count at once. */
export function imagesOf(home: CentreHome): ImageStore {
  return new ImageStore(home.paths.images, () => home.imageKeys());
}
