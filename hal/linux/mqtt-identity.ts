import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { TlsIdentity } from './mqtt.ts';

/** What an enrolment brings of certificates: X.509 and PKCS#8, in DER. */
export interface Credentials {
  /** The id of the unit, which is the common name of its certificate. */
  readonly device: string;
  readonly authority: Uint8Array;
  readonly certificate: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** The same, as the MQTT port wants it (`MqttOptions.tls`). */
export function identityOf({ authority, certificate, privateKey }: Credentials): TlsIdentity {
  return {
    ca: pemOf('CERTIFICATE', authority),
    cert: pemOf('CERTIFICATE', certificate),
    key: pemOf('PRIVATE KEY', privateKey),
  };
}

/**
 * Why these do not belong together, as a sentence without its end; undefined when they do. Dates are not looked at: the
 * unit may not know the time, and the broker does.
 */
export function problemWithCredentials({
  device,
  authority,
  certificate,
  privateKey,
}: Credentials): string | undefined {
  try {
    const issuer = new X509Certificate(authority);
    const own = new X509Certificate(certificate);
    if (!issuer.ca) return 'the authority is no certificate of one';
    if (!own.checkIssued(issuer) || !own.verify(issuer.publicKey))
      return 'the certificate was not issued by the authority';
    if (own.toLegacyObject().subject.CN !== device) return `the certificate is not that of ${device}`;
    const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' });
    return own.checkPrivateKey(key) ? undefined : 'the private key does not belong to the certificate';
  } catch {
    return 'a certificate or key cannot be read';
  }
}

/** DER between dashes (RFC 7468). */
export function pemOf(label: 'CERTIFICATE' | 'PRIVATE KEY' | 'PUBLIC KEY' | 'X509 CRL', der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
