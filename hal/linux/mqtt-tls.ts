import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { MqttOptions } from './mqtt.ts';

const MQTTS_PORT = 8883;
/** id-kp-serverAuth (RFC 5280 §4.2.1.12). */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/** What OpenSSL calls a certificate whose only fault is the time. */
const dateCodes: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/**
 * A TLS connection, 1.2 at least, to the broker of `options.url`. Nothing of ours is sent before the broker's certificate
 * was found good: for this host, for brokers, and issued by the authority in `options.tls`. Its dates count too, unless
 * `options.clockBelieved` says that this unit cannot know the time.
 * @param tell what went wrong, in plain words; the socket is closed by then
 */
export function openTls(options: MqttOptions, tell: (reason: string) => void): TLSSocket {
  const url = new URL(options.url);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connect({
    ...options.tls,
    host,
    port: url.port === '' ? MQTTS_PORT : Number(url.port),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    minVersion: 'TLSv1.2',
    // What Node finds wrong is judged below, in the same turn in which the handshake ends.
    rejectUnauthorized: false,
  });
  socket.once('secureConnect', () => {
    const problem = problemWith(socket, host, options);
    if (problem !== undefined) socket.destroy(new Error(problem));
  });
  socket.on('error', (error) => tell(plainly(error)));
  return socket;
}

/** Why this broker is not to be spoken to; undefined when it is. */
function problemWith(socket: TLSSocket, host: string, options: MqttOptions): string | undefined {
  if (socket.authorized) return undefined;
  const code = String(socket.authorizationError);
  const peer = socket.getPeerX509Certificate();
  if (peer === undefined) return 'the broker showed no certificate';
  if (!dateCodes.has(code)) return brokerProblems(host)[code] ?? `the broker's certificate cannot be trusted (${code})`;
  const otherwise = problemBesideDates(peer, host, options.tls?.ca);
  if (otherwise !== undefined) return otherwise;
  if (options.clockBelieved?.() === false) return undefined;
  return code === 'CERT_HAS_EXPIRED'
    ? `the broker's certificate has expired, on ${peer.validTo}`
    : `the broker's certificate is not valid before ${peer.validFrom}`;
}

/** All that OpenSSL and Node would have asked of it, but the time: they stop at the first thing that is wrong. */
function problemBesideDates(peer: X509Certificate, host: string, ca: string | undefined): string | undefined {
  const issuers = authoritiesIn(ca);
  if (!issuers.some((issuer) => issuer.ca && peer.checkIssued(issuer) && peer.verify(issuer.publicKey))) {
    return UNKNOWN_AUTHORITY;
  }
  if (!peer.keyUsage?.includes(SERVER_AUTH)) return NOT_A_BROKERS;
  const fits = isIP(host) === 0 ? peer.checkHost(host, { subject: 'never' }) : peer.checkIP(host);
  return fits === undefined ? wrongHost(host) : undefined;
}

function authoritiesIn(pem = ''): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

const UNKNOWN_AUTHORITY = "the broker's certificate is of an authority that is not known here";
const NOT_A_BROKERS = 'the certificate that the broker shows is not one for brokers';
const wrongHost = (host: string) => `the broker's certificate is for another host than ${host}`;

const brokerProblems = (host: string): Readonly<Record<string, string>> => ({
  ERR_TLS_CERT_ALTNAME_INVALID: wrongHost(host),
  INVALID_PURPOSE: NOT_A_BROKERS,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  CERT_SIGNATURE_FAILURE: UNKNOWN_AUTHORITY,
  CERT_UNTRUSTED: UNKNOWN_AUTHORITY,
});

/** The alerts by which a broker turns a client away (RFC 8446 §6.2), as OpenSSL names them in codes or in texts. */
const alerts: readonly (readonly [RegExp, string])[] = [
  [/alert.certificate.revoked/i, 'the broker refused our certificate: it is revoked'],
  [/alert.certificate.expired/i, 'the broker refused our certificate: it has expired'],
  [/alert.unknown.ca/i, 'the broker refused our certificate: it does not know the authority that issued it'],
  [/alert.(certificate.required|handshake.failure)/i, 'the broker asks for a certificate, and we have none it can use'],
  [
    /alert.(bad.certificate|unsupported.certificate|certificate.unknown|access.denied|decrypt.error)/i,
    'the broker refused our certificate',
  ],
  [/wrong.version.number|packet.length.too.long/i, 'the broker does not speak TLS on this port'],
  [/unsupported.protocol|alert.protocol.version/i, 'the broker speaks an older TLS than 1.2'],
];

/** Some socket errors have no message, only a code such as ECONNREFUSED. */
export function plainly(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  const [, words] = alerts.find(([pattern]) => pattern.test(`${code} ${error.message}`)) ?? [];
  return words ?? (error.message || code || error.name);
}
