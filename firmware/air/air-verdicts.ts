import type { RefusalCode } from '../../protocol/messages/refusal.ts';
import type { UpdateResult } from '../domain/update.ts';
import type { BankRefusal } from '../update/image-bank.ts';

const refused = (code: RefusalCode, path = 'image'): UpdateResult => ({ status: 'refused', errors: [{ path, code }] });
const failed = (code: RefusalCode, path = ''): UpdateResult => ({ status: 'failed', errors: [{ path, code }] });

/** How an update over the air ends: it was not begun on (`refused`), or begun in vain (`failed`). */
export const SOUND: UpdateResult = { status: 'done' };
export const EXPIRED = failed('expired', 'expiresAt');
export const REPLACED = failed('state-mismatch', 'expected.firmware');
export const REVERTED = failed('reverted');
export const GONE = failed('image-gone');
export const NOT_DONE = failed('not-done');
/** The file is another version than the command says. */
export const OTHER_IMAGE = refused('invalid', 'firmware');

/** What the bank's refusal means for the command; null: it goes on, later or from elsewhere. */
const endings: Readonly<Record<BankRefusal, UpdateResult | null>> = {
  'too-large': refused('too-large'),
  truncated: refused('image-truncated'),
  'bad-magic': refused('image-damaged'),
  malformed: refused('image-damaged'),
  trailing: refused('image-damaged'),
  incomplete: refused('image-damaged'),
  'hash-mismatch': refused('image-damaged'),
  'file-mismatch': refused('image-mismatch'),
  unsupported: refused('image-unfit'),
  'wrong-key': refused('image-key'),
  'bad-signature': refused('image-signature'),
  'wrong-class': refused('image-class'),
  'rolled-back': refused('image-older'),
  'older-version': refused('image-older'),
  'failed-before': refused('image-failed-before'),
  storage: failed('storage-fault'),
  'unknown-hash': NOT_DONE,
  'no-upload': null,
  'wrong-offset': null,
  'in-use': null,
  'already-pending': null,
  'not-now': null,
  'no-loader': refused('unsupported', 'type'),
};

export function endingOf(refusal: BankRefusal): UpdateResult | null {
  return endings[refusal];
}
