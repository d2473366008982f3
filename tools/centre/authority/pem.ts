import type { pemOf } from '../../../hal/linux/mqtt-identity.ts';

/** What stands between the dashes (RFC 7468). */
export type PemLabel = Parameters<typeof pemOf>[0];

/** The first block of this label; undefined when there is none. */
export function derOf(label: PemLabel, pem: string): Uint8Array | undefined {
  const [, body] = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`).exec(pem) ?? [];
  return body === undefined ? undefined : new Uint8Array(Buffer.from(body, 'base64'));
}
