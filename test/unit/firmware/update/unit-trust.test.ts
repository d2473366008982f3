import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { unitTrust } from '../../../../firmware/update/unit-trust.ts';
import { imageKeysIn } from '../../../../firmware/vault/enrolment.ts';
import { imageKeyFrom } from '../../../../hal/crypto/image-key.ts';
import { encodeEnrolment } from '../../../../protocol/messages/enrolment.ts';
import { enrolment, TestVault } from '../recovery/recovery-bench.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const made = imageKeyFrom(new Uint8Array(32).fill(1));
const given = new Uint8Array(32).fill(2);

function trustOf(vault: TestVault) {
  const enrolledKeys = () => imageKeysIn(vault).map(imageKeyFrom);
  return unitTrust({ sha256, deviceClass: new Uint8Array(16), keys: [made], enrolledKeys });
}

describe('what a unit trusts of firmware', () => {
  it('is the keys that it was made with and those of its enrolment, as soon as it has them', () => {
    const vault = new TestVault();
    const trust = trustOf(vault);
    expect(trust.keys).toEqual([made]);
    vault.write('enrolment', encodeEnrolment({ ...enrolment, imageKeys: [given] }));
    expect(trust.keys.map(({ keyHash }) => keyHash)).toEqual([made.keyHash, imageKeyFrom(given).keyHash]);
  });

  it('is the keys that it was made with when the enrolment cannot be read', () => {
    const damaged = new TestVault();
    damaged.write('enrolment', new Uint8Array([0xff]));
    const silent = new TestVault();
    silent.failing.add('read');
    expect([trustOf(damaged).keys, trustOf(silent).keys]).toEqual([[made], [made]]);
  });
});
