import { expect, test } from 'vitest';
import { keyPairOf, signatures } from '../../../hal/crypto/ed25519.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
// RFC 8032 §7.1, test 2.
const secret = hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
const publicKey = hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
const signature = hex(
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
);
const message = hex('72');

test('signs as RFC 8032 says', () => {
  const pair = keyPairOf(secret);
  expect(pair.publicKey).toEqual(publicKey);
  expect(pair.sign(message)).toEqual(signature);
});

test('believes that signature and no other', () => {
  expect(signatures.verify(publicKey, message, signature)).toBe(true);
  expect(signatures.verify(publicKey, hex('73'), signature)).toBe(false);
  expect(
    signatures.verify(
      publicKey,
      message,
      signature.map((byte, at) => (at === 5 ? byte ^ 1 : byte)),
    ),
  ).toBe(false);
  expect(signatures.verify(publicKey, message, signature.subarray(1))).toBe(false);
});

test('believes nothing of what is no key', () => {
  expect(signatures.verify(new Uint8Array(31), message, signature)).toBe(false);
  expect(signatures.verify(new Uint8Array(32), message, signature)).toBe(false);
});

test('a secret of another length is refused', () => {
  expect(() => keyPairOf(new Uint8Array(31))).toThrow(RangeError);
});
