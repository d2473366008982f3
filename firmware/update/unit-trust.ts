import type { TrustedKey } from '../../protocol/image/trust.ts';
import type { UnitTrust } from './slot.ts';

export interface UnitTrustOptions extends UnitTrust {
  /** Those of its enrolment, as it stands when they are asked for. */
  readonly enrolledKeys: () => readonly TrustedKey[];
}

/**
 * What a unit trusts of firmware: the keys that it was made with, and those of its enrolment. Firmware and loader must
 * agree, else one would put in what the other refuses to start.
 */
export function unitTrust({ sha256, deviceClass, keys, enrolledKeys }: UnitTrustOptions): UnitTrust {
  return {
    sha256,
    deviceClass,
    get keys() {
      return [...keys, ...enrolledKeys()];
    },
  };
}
