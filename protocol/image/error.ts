/** Why an image is refused. Codes are stable: they travel in reports and select the sentence a technician sees. */
export type ImageErrorCode =
  // What `readImage` finds.
  | 'too-large'
  | 'truncated'
  | 'bad-magic'
  | 'malformed'
  | 'trailing'
  // What `defectsOf` finds.
  | 'unsupported'
  | 'incomplete'
  | 'hash-mismatch'
  | 'wrong-key'
  | 'bad-signature'
  | 'wrong-class'
  | 'rolled-back';

/** A refused image: a whole sentence that says what is wrong and where, and one that says how to mend it. */
export class ImageError extends Error {
  readonly code: ImageErrorCode;

  constructor(code: ImageErrorCode, problem: string) {
    super(`The image ${problem}. ${remedies[code]}`);
    this.name = 'ImageError';
    this.code = code;
  }
}

export function isImageError(error: unknown): error is ImageError {
  return error instanceof ImageError;
}

const fetchAgain = 'Copy or download the file once more.';
const buildAgain = 'Build it with `dosis image build`.';

const remedies: Readonly<Record<ImageErrorCode, string>> = {
  'too-large': buildAgain,
  truncated: fetchAgain,
  'bad-magic': 'Choose a file made by `dosis image build` or imgtool.',
  malformed: fetchAgain,
  trailing: 'Copy or download the file once more, and do not pad it to the size of a slot.',
  unsupported: buildAgain,
  incomplete: 'Build it with `dosis image build` and sign it with `dosis image sign`.',
  'hash-mismatch': fetchAgain,
  'wrong-key': 'Take the image that was signed for this device, or sign it with the key that the device trusts.',
  'bad-signature': 'Do not install it: take it from its maker once more, or sign it anew.',
  'wrong-class': 'Take the image that was built for this kind of device.',
  'rolled-back': 'Take a newer image: this device no longer accepts one that old.',
};
