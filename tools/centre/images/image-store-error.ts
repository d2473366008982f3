/** Something about the images of a centre that a person can mend; the message is for them. */
export class ImageStoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ImageStoreError';
  }
}
