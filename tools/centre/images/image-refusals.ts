import type { ImageErrorCode } from '../../../protocol/image/error.ts';
import type { RefusalCode } from '../../../protocol/messages/refusal.ts';

/** What a unit would say of such a file. */
export const imageRefusals: Readonly<Record<ImageErrorCode, RefusalCode>> = {
  'too-large': 'too-large',
  truncated: 'image-truncated',
  'bad-magic': 'image-damaged',
  malformed: 'image-damaged',
  trailing: 'image-damaged',
  incomplete: 'image-damaged',
  'hash-mismatch': 'image-damaged',
  unsupported: 'image-unfit',
  'wrong-key': 'image-key',
  'bad-signature': 'image-signature',
  'wrong-class': 'image-class',
  'rolled-back': 'image-older',
};
