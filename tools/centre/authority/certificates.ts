import './reflection.ts';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import x509 from '@peculiar/x509';

/** ECDSA on P-256 with SHA-256: what every broker and every TLS library of the last ten years knows (RFC 8446 §9.1). */
const KEY = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };
const SERIAL_BYTES = 16;

type Key = webcrypto.CryptoKey;

/** A certificate and the private key that belongs to it, as DER: X.509 (RFC 5280) and PKCS#8 (RFC 5958). */
export interface Credential {
  readonly certificate: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** Epoch seconds, both included. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** What a certificate is for. A broker has names; a client has none, so that it never passes for a broker. */
export type Purpose = { readonly type: 'client' } | { readonly type: 'broker'; readonly hosts: readonly string[] };

export interface Order {
  /** The common name, letter by letter; Mosquitto takes it for the user. */
  readonly name: string;
  readonly purpose: Purpose;
  readonly validity: Validity;
  /** Hexadecimal, as `newSerial` gives it. */
  readonly serial: string;
}

export interface Revocation {
  readonly serial: string;
  /** Epoch seconds. */
  readonly at: number;
}

/** 16 random bytes as hexadecimal, positive and not beginning with zeros, so that it has one way of being written. */
export function newSerial(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString('hex');
}

/** A new authority that issues the certificates of broker, centre and units, and nothing below them. */
export async function makeAuthority(name: string, validity: Validity): Promise<Credential> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...params({ name, serial: newSerial(), validity }, name),
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return credential(certificate, keys.privateKey);
}

/** A certificate of the authority over a key that is made for it. */
export async function issue(authority: Credential, order: Order): Promise<Credential> {
  const [keys, signer] = await Promise.all([newKeys(), signerOf(authority)]);
  const certificate = await x509.X509CertificateGenerator.create({
    ...params(order, signer.name),
    publicKey: keys.publicKey,
    signingKey: signer.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      ...purposeOf(order.purpose),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey),
    ],
  });
  return credential(certificate, keys.privateKey);
}

/**
 * The list of what the authority has taken back (CRL, RFC 5280 §5), as DER. Of two lists OpenSSL is sure to believe the one that is
 * later by a second at least, and none that lies in the future.
 */
export async function revocationList(
  authority: Credential,
  revoked: readonly Revocation[],
  { from, to }: Validity,
): Promise<Uint8Array> {
  const signer = await signerOf(authority);
  const crl = await x509.X509CrlGenerator.create({
    issuer: signer.name,
    thisUpdate: dateOf(from),
    nextUpdate: dateOf(to),
    signingAlgorithm: SIGNATURE,
    signingKey: signer.key,
    entries: revoked.map(({ serial, at }) => ({ serialNumber: serial, revocationDate: dateOf(at) })),
    extensions: [await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey)],
  });
  return new Uint8Array(crl.rawData);
}

/** When a revocation list began to hold, in epoch seconds. */
export function listedSince(der: Uint8Array): number {
  return Math.floor(new x509.X509Crl(der).thisUpdate.getTime() / 1000);
}

function purposeOf(purpose: Purpose): x509.Extension[] {
  if (purpose.type === 'client') return [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])];
  const names = purpose.hosts.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }));
  return [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ];
}

function params({ name, serial, validity }: Pick<Order, 'name' | 'serial' | 'validity'>, issuer: x509.Name | string) {
  return {
    serialNumber: serial,
    subject: commonName(name),
    issuer: typeof issuer === 'string' ? commonName(issuer) : issuer,
    notBefore: dateOf(validity.from),
    notAfter: dateOf(validity.to),
    signingAlgorithm: SIGNATURE,
  };
}

/** Letter by letter, with nothing in it that means something to whoever reads names from texts. */
function commonName(name: string): x509.Name {
  return new x509.Name([{ CN: [{ utf8String: name }] }]);
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

async function signerOf({ certificate, privateKey }: Credential) {
  const { subjectName: name, publicKey } = new x509.X509Certificate(certificate);
  const key = await webcrypto.subtle.importKey('pkcs8', privateKey, KEY, false, ['sign']);
  return { name, publicKey, key };
}

async function credential(certificate: x509.X509Certificate, key: Key): Promise<Credential> {
  const privateKey = await webcrypto.subtle.exportKey('pkcs8', key);
  return { certificate: new Uint8Array(certificate.rawData), privateKey: new Uint8Array(privateKey) };
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}
