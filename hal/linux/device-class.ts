import { createHash } from 'node:crypto';

/** RFC 9562 §6.6: the namespace of fully qualified domain names. */
const dnsNamespace = Uint8Array.of(
  ...[0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1],
  ...[0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8],
);

/** The domain that stands for the maker; `.example` belongs to nobody (RFC 2606). */
export const vendorDomain = 'dosis.example';

/** A UUID of version 5, from a name within a namespace (RFC 9562 §5.5). 16 bytes. */
export function uuidV5(namespace: Uint8Array, name: string): Uint8Array {
  const bytes = new Uint8Array(createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

/** The maker's UUID, as `imgtool sign --vid dosis.example` writes it. */
export const vendorId = uuidV5(dnsNamespace, vendorDomain);

/** A device class's UUID: its name within the maker's, as `imgtool sign --vid dosis.example --cid NAME` writes it. */
export function deviceClassId(name: string): Uint8Array {
  return uuidV5(vendorId, name);
}

/** `6ba7b810-9dad-11d1-80b4-00c04fd430c8` */
export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
