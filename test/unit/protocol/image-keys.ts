import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { ImageSigner } from '../../../protocol/image/build.ts';
import type { ImageTrust, TrustedKey } from '../../../protocol/image/trust.ts';
import { bytesOf } from './thrown.ts';

export const sha256 = (bytes: Uint8Array) => Uint8Array.from(createHash('sha256').update(bytes).digest());

/** The Ed25519 key pair of a seed (RFC 8410 puts it behind 16 fixed bytes). */
export function keyPair(seed: Uint8Array): { readonly signer: ImageSigner; readonly trusted: TrustedKey } {
  const der = Buffer.concat([bytesOf('302e020100300506032b657004220420'), seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const keyHash = sha256(publicKey.export({ format: 'der', type: 'spki' }));
  return {
    signer: { sha256, keyHash, sign: (digest) => Uint8Array.from(sign(null, digest, privateKey)) },
    trusted: { keyHash, verify: (digest, signature) => verify(null, digest, publicKey, signature) },
  };
}

/** The key that signed the images below: its seed is the bytes 0 to 31. */
export const maker = keyPair(Uint8Array.from({ length: 32 }, (_, index) => index));
export const stranger = keyPair(new Uint8Array(32));

export const deviceClass = bytesOf('00112233445566778899aabbccddeeff');
export const vendor = bytesOf('11112222333344445555666677778888');
export const body = new TextEncoder().encode('Dosis golden body\n');

/** `imgtool sign -k … -v 1.2.3+4 -H 32 --pad-header -S 65536 --align 1 -s 7 --cid 00112233-…`, imgtool 2.5.0. */
export const goldenImage = bytesOf(
  '3db8f39600000000200020001200000000000000010203000400000000000000446f73697320676f6c64656e20626f64790a' +
    '0869200050000400070000007500100000112233445566778899aabbccddeeff' +
    '07699000100020000fda7374847dbf5d3c937e28842cbebddfbb698e235d32bba8a717d45d41d2a2' +
    '01002000a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5' +
    '240040005701a6cfc87d3fa6aa7cf49a88025bc6a239995de470db171b7dadc58be82175' +
    '88ddc160d88c6f552cc26ddc9da38d2346ba2622211d973db0cd58410b105f02',
);

/** `… -v 2.0.0 -H 512 --pad-header -s 4294967295 --vid 11112222-… --cid 00112233-…`: the header is padded with 0xff to 512 bytes. */
export const paddedImage = Uint8Array.of(
  ...bytesOf('3db8f396000000000002340012000000000000000200000000000000'),
  ...new Uint8Array(4),
  ...new Uint8Array(512 - 32).fill(0xff),
  ...bytesOf(
    '446f73697320676f6c64656e20626f64790a0869340050000400ffffffff740010001111222233334444555566667777888875001000' +
      '00112233445566778899aabbccddeeff' +
      '076990001000200071f4d8295cdca1cee51b5d15db91574ed7960ad38bb51fa2bddedb8f43a8094801002000a050837d85070582ccf739' +
      '4b0988847cc312cb88259b894899f6f239cf1791a524004000bdf77b3160f9b5c5c97e1e3cba2c34b1ab40fb1247996e8fc5f62915e34a' +
      'a745dc1cc578bc81b67f2320fe214255fb7891ad6c2096d98fe839cd25e32fe30800',
  ),
);

export const trust: ImageTrust = { sha256, keys: [maker.trusted], deviceClass, securityCounterMin: 7 };
