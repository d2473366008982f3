import { kidBytesMax } from '../cose/header.ts';
import { ProtocolError } from '../errors.ts';
import { type CborLimits, serviceNumberCharsMax } from '../limits.ts';
import { codec } from '../wire/codec.ts';
import type { TypeOf } from '../wire/kind.ts';
import { byteString, text } from '../wire/kinds.ts';
import { list } from '../wire/list.ts';
import { field, optional, record } from '../wire/record.ts';
import { deviceId, epochSeconds } from './common.ts';
import { publicKey, secretKey } from './ed25519-keys.ts';

/** A certificate of P-256 has 500 bytes, one of another maker's RSA 4096 three times as many. */
export const certificateBytesMax = 2048;
/** PKCS#8 of P-256 has 138 bytes. */
export const privateKeyBytesMax = 512;
/** The key of today, that of tomorrow, and as many for a centre that takes over. */
export const centreKeysMax = 4;
export const imageKeysMax = 4;
/** Units of one citizen that broke one after another. */
export const predecessorsMax = 8;
export const brokerUrlCharsMax = 128;
export const deviceClassCharsMax = 32;

export const enrolmentLimits: CborLimits = { bytesMax: 6656, depthMax: 4, itemsMax: 128 };

const brokerPattern = 'mqtts://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}';

/** A broker with TLS: `mqtts://host:port`, the port always written. */
export const brokerUrl = text(new RegExp(`^(?=.{1,${brokerUrlCharsMax}}$)${brokerPattern}$`), {
  name: 'broker-url',
  rule: `an address of up to ${brokerUrlCharsMax} characters such as "mqtts://broker.example:8883"`,
  cddl: `tstr .regexp "${brokerPattern.replaceAll('\\', '\\\\')}"`,
});

/** The kind of unit, as its makers name it. */
export const deviceClass = text(new RegExp(`^[a-z0-9][a-z0-9-]{0,${deviceClassCharsMax - 1}}$`), {
  name: 'device-class',
  rule: `1 to ${deviceClassCharsMax} small letters, digits and hyphens, such as "dispenser"`,
  cddl: `tstr .regexp "[a-z0-9][a-z0-9-]{0,${deviceClassCharsMax - 1}}"`,
});

const serviceNumber = text(new RegExp(`^[ -~]{1,${serviceNumberCharsMax}}$`), {
  rule: `a telephone number of 1 to ${serviceNumberCharsMax} characters, such as "+45 70 12 34 56"`,
  cddl: `tstr .regexp "[ -~]{1,${serviceNumberCharsMax}}"`,
});

const certificate = byteString(certificateBytesMax, 'certificate');
const privateKey = byteString(privateKeyBytesMax, 'private-key');
const kid = byteString(kidBytesMax, 'kid');

const trustedKey = record('trusted-key', { kid: field(1, kid), key: field(2, publicKey) }, { unknownKeys: 'refused' });
const attestationKey = record(
  'attestation-key',
  { kid: field(1, kid), secret: field(2, secretKey) },
  { unknownKeys: 'refused' },
);

/** Whom a unit believes is nothing to be understood in part: unknown keys are refused. */
export const enrolmentKind = record(
  'enrolment',
  {
    device: field(1, deviceId),
    deviceClass: field(2, deviceClass),
    broker: field(3, brokerUrl),
    authority: field(4, certificate),
    certificate: field(5, certificate),
    privateKey: field(6, privateKey),
    centreKeys: field(7, list(trustedKey, 1, centreKeysMax)),
    imageKeys: field(8, list(publicKey, 0, imageKeysMax)),
    serviceNumber: optional(9, serviceNumber),
    issuedAt: field(10, epochSeconds),
    expiresAt: field(11, epochSeconds),
    attestationKey: field(12, attestationKey),
    predecessors: field(13, list(trustedKey, 0, predecessorsMax)),
  },
  { unknownKeys: 'refused' },
);

/**
 * What makes a unit one of a centre's: who it is, where the broker is, and whom it believes. It holds the unit's private
 * key, so it travels over the cable and lies in a file that only the unit reads, never in the ledger.
 *
 * `authority` and `certificate`: X.509 in DER; the second names the unit and was issued by the first, which also issues
 * the broker's. `privateKey`: PKCS#8 in DER, that of `certificate`. `centreKeys`: who signs configurations and commands.
 * `imageKeys`: who signs firmware; empty when the unit keeps those it was made with. `serviceNumber`: shown until a
 * configuration brings one. `issuedAt` to `expiresAt`: epoch seconds, the time of `certificate`; a first configuration is
 * refused when it was signed long before `issuedAt`. `attestationKey`: with it the unit signs what it hands over, and by its
 * key id it is named as heir; `predecessors`: those that other units of the same name sign with, newest first.
 */
export type Enrolment = TypeOf<typeof enrolmentKind>;

const enrolmentCodec = codec(enrolmentKind, enrolmentLimits);

/** @throws ProtocolError */
export function encodeEnrolment(enrolment: Enrolment): Uint8Array {
  return enrolmentCodec.encode(inOrder(enrolment));
}

/** Whether key, certificates and device belong together is not checked here. @throws ProtocolError */
export function decodeEnrolment(bytes: Uint8Array): Enrolment {
  return inOrder(enrolmentCodec.decode(bytes));
}

function inOrder(enrolment: Enrolment): Enrolment {
  if (enrolment.expiresAt > enrolment.issuedAt) return enrolment;
  throw new ProtocolError('invalid', 'must be later than issuedAt', { path: 'expiresAt' });
}
