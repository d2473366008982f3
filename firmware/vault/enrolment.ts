import { StoreError } from '../../hal/ports/store.ts';
import type { Vault } from '../../hal/ports/vault.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeEnrolment, type Enrolment } from '../../protocol/messages/enrolment.ts';

/** Who the unit is; null before anybody has said so. @throws StoreError, ProtocolError when the vault is damaged */
export function enrolmentOf({ read }: Vault): Enrolment | null {
  const bytes = read('enrolment');
  return bytes === null ? null : decodeEnrolment(bytes);
}

/** Whose firmware it names. None of an enrolment that cannot be read: it says nothing about anybody. */
export function imageKeysIn(vault: Vault): readonly Uint8Array[] {
  try {
    return enrolmentOf(vault)?.imageKeys ?? [];
  } catch (error) {
    if (!(error instanceof StoreError) && !isProtocolError(error)) throw error;
    return [];
  }
}
