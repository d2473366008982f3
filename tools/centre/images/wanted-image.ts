import type { WantedCommand } from '../orders/command-orders.ts';
import { OrderError } from '../orders/order-error.ts';
import type { ImageStore } from './image-store.ts';
import { ImageStoreError } from './image-store-error.ts';

/** An update names its image as people do; the unit is told hash, size and version. @throws OrderError */
export function withImage(wanted: WantedCommand, images: Pick<ImageStore, 'find'>): WantedCommand {
  if (wanted.type !== 'update') return wanted;
  const { image: name } = wanted.fields;
  if (typeof name !== 'string') {
    throw new OrderError('invalid', {
      da: 'image skal være versionen af et program eller begyndelsen af dets hash.',
      en: 'image must be the version of an image, or the beginning of its hash.',
    });
  }
  try {
    const { image, bytes: imageBytes, version: firmware } = images.find(name);
    return { ...wanted, fields: { image, imageBytes, firmware } };
  } catch (error) {
    // biome-ignore lint/style/useErrorCause: the sentence is all there is to tell.
    if (error instanceof ImageStoreError) throw new OrderError('unknown', error.said);
    throw error;
  }
}
