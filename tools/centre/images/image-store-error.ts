import { SaidError } from '../said-error.ts';

/** Something about the images of a centre that a person can mend; the message is for them. */
export class ImageStoreError extends SaidError {
  override readonly name = 'ImageStoreError';
}
