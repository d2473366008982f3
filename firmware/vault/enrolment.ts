import type { Vault } from '../../hal/ports/vault.ts';
import { decodeEnrolment, type Enrolment } from '../../protocol/messages/enrolment.ts';

/** Who the unit is; null before anybody has said so. @throws StoreError, ProtocolError when the vault is damaged */
export function enrolmentOf({ read }: Vault): Enrolment | null {
  const bytes = read('enrolment');
  return bytes === null ? null : decodeEnrolment(bytes);
}
