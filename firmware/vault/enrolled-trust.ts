import { StoreError } from '../../hal/ports/store.ts';
import type { Vault } from '../../hal/ports/vault.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import type { TrustedKey } from '../../protocol/image/trust.ts';
import type { UnitTrust } from '../update/slot.ts';
import { enrolmentOf } from './enrolment.ts';

export interface EnrolledTrustOptions extends UnitTrust {
  readonly vault: Vault;
  readonly keyFrom: (raw: Uint8Array) => TrustedKey;
}

/**
 * What a unit trusts of firmware: the keys that it was made with, and those of its enrolment as it stands when they are
 * asked for. Firmware and loader must agree, else one would put in what the other refuses to start.
 */
export function enrolledTrust({ sha256, deviceClass, keys, vault, keyFrom }: EnrolledTrustOptions): UnitTrust {
  return {
    sha256,
    deviceClass,
    get keys() {
      return [...keys, ...enrolledKeys(vault).map(keyFrom)];
    },
  };
}

/** None of an enrolment that cannot be read: it says nothing about anybody. */
function enrolledKeys(vault: Vault): readonly Uint8Array[] {
  try {
    return enrolmentOf(vault)?.imageKeys ?? [];
  } catch (error) {
    if (!(error instanceof StoreError) && !isProtocolError(error)) throw error;
    return [];
  }
}
