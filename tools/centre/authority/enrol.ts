import { randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyPairOf, kidOf } from '../../../hal/crypto/ed25519.ts';
import { pemOf } from '../../../hal/linux/mqtt-identity.ts';
import { writeAside, writeWhole } from '../../../hal/linux/whole-file.ts';
import { hexOf } from '../../../protocol/cose/bytes.ts';
import { keyBytes } from '../../../protocol/messages/ed25519-keys.ts';
import { type Enrolment, encodeEnrolment, predecessorsMax } from '../../../protocol/messages/enrolment.ts';
import { isDeviceId } from '../../../protocol/topics.ts';
import { citizenNumberRefusal, holdsCitizenNumber } from '../citizen-number.ts';
import { type Credential, issue, listedSince, newSerial, revocationList } from './certificates.ts';
import { type CentreHome, HomeError, namedKey } from './home.ts';
import { alone } from './lock.ts';
import { derOf } from './pem.ts';
import { addToRegister, attestationsOf, enrolledDevices, readRegister, standingOf } from './register.ts';

const YEAR_S = 31_557_600;
const DAY_S = 86_400;
/** Clocks of broker and centre differ. */
const EARLIER_S = 3_600;
/** The authority's own end bounds every list; there is no next one unless somebody is revoked. */
const LIST_YEARS = 25;

export interface EnrolmentOrder {
  readonly device: string;
  /** Absent at a renewal: as before. */
  readonly deviceClass?: string;
  readonly years: number;
  readonly serviceNumber?: string;
  /** Where the enrolment is written; absent: among the enrolments of the home. */
  readonly out?: string;
  /** Epoch seconds. */
  readonly now: number;
}

export interface Enrolled {
  readonly device: string;
  readonly class: string;
  readonly serial: string;
  readonly expiresAt: number;
  readonly file: string;
}

export const DEFAULT_CLASS = 'dispenser';

/**
 * Issues the first certificate of a device, or one after its revocation, and writes its enrolment.
 * @throws HomeError; ProtocolError when the order breaks a rule of the enrolment
 */
export async function enrol(home: CentreHome, order: EnrolmentOrder): Promise<Enrolled> {
  checkDevice(order.device);
  if (holdsCitizenNumber(order.device)) throw new HomeError(citizenNumberRefusal);
  return alone(home.paths.lock, async () => {
    const standing = standingOf(readRegister(home.paths.register), order.device).at(-1);
    if (standing !== undefined) {
      const until = dateOf(standing.expiresAt);
      throw new HomeError({
        da: `${order.device} er allerede indskrevet, til ${until}; giv det et nyt certifikat med "dosis centre renew ${order.device}", eller tag dette tilbage med "dosis centre revoke ${order.device}".`,
        en: `${order.device} is enrolled already, until ${until}; give it a new certificate with "dosis centre renew ${order.device}", or take this one back with "dosis centre revoke ${order.device}".`,
      });
    }
    return put(home, order, order.deviceClass ?? DEFAULT_CLASS);
  });
}

/**
 * Issues a further certificate to an enrolled device. The older ones hold until they end by themselves or are revoked,
 * so that the unit is not cut off before somebody has brought it the new one.
 * @throws HomeError, ProtocolError
 */
export async function renew(home: CentreHome, order: EnrolmentOrder): Promise<Enrolled> {
  return alone(home.paths.lock, async () => {
    const known = knownDevice(home, order);
    return put(home, order, order.deviceClass ?? known.class);
  });
}

export interface Revoked {
  readonly device: string;
  /** What was taken back now; empty when nothing stood any more. */
  readonly serials: readonly string[];
}

/**
 * Takes back every certificate of a device, or every one but the newest, and writes the list that the broker reads.
 * Repeating it writes the list again.
 * @throws HomeError
 */
export async function revoke(
  home: CentreHome,
  { device, now, older = false }: Pick<EnrolmentOrder, 'device' | 'now'> & { readonly older?: boolean },
): Promise<Revoked> {
  return alone(home.paths.lock, async () => {
    knownDevice(home, { device, now });
    const { register, revoked: list } = home.paths;
    const standing = standingOf(readRegister(register), device);
    const serials = (older ? standing.slice(0, -1) : standing).map(({ serial }) => serial);
    for (const serial of serials) addToRegister(register, { act: 'revoked', at: now, device, serial });
    const revoked = readRegister(register).filter(({ act }) => act === 'revoked');
    const since = listedSince(derOf('X509 CRL', readFileSync(list, 'utf8')) ?? new Uint8Array());
    // Later than the one before, and in the past for a broker whose clock is behind.
    const from = Math.max(since + 1, now - DAY_S);
    const crl = await revocationList(home.authority(), revoked, { from, to: from + LIST_YEARS * YEAR_S });
    writeWhole(list, pemOf('X509 CRL', crl));
    return { device, serials };
  });
}

/** The certificate comes into the register before anybody can have it. */
async function put(home: CentreHome, order: EnrolmentOrder, deviceClass: string): Promise<Enrolled> {
  const { device, now } = order;
  if (order.out !== undefined && existsSync(order.out)) {
    throw new HomeError({
      da: `"${order.out}" findes allerede og bliver, som den er; nævn en anden fil.`,
      en: `"${order.out}" exists already and stays as it is; name another file.`,
    });
  }
  const authority = home.authority();
  const serial = newSerial();
  // Nothing is believed for longer than whoever issued it.
  const authorityEnds = new X509Certificate(authority.certificate).validToDate.getTime() / 1000;
  const expiresAt = Math.min(now + Math.round(order.years * YEAR_S), authorityEnds);
  const own = await issue(authority, {
    name: device,
    purpose: { type: 'client' },
    validity: { from: now - EARLIER_S, to: expiresAt },
    serial,
  });
  const secret = new Uint8Array(randomBytes(keyBytes));
  const { publicKey } = keyPairOf(secret);
  const predecessors = attestationsOf(readRegister(home.paths.register), device).slice(0, predecessorsMax);
  const bytes = encodeEnrolment({
    ...enrolmentOf(home, { ...order, deviceClass, expiresAt }, { authority, own }),
    attestationKey: { kid: kidOf(publicKey), secret },
    predecessors: predecessors.map(namedKey),
  });
  const file = order.out ?? join(home.paths.enrolments, `${device}.enrolment`);
  const show = writeAside(file, bytes);
  const line = { act: 'issued', at: now, device, class: deviceClass, serial, expiresAt } as const;
  addToRegister(home.paths.register, { ...line, attestation: hexOf(publicKey) });
  show();
  return { device, class: deviceClass, serial, expiresAt, file };
}

interface Terms extends EnrolmentOrder {
  readonly deviceClass: string;
  readonly expiresAt: number;
}

function enrolmentOf(
  home: CentreHome,
  { device, deviceClass, now, expiresAt, ...order }: Terms,
  { authority, own }: { authority: Credential; own: Credential },
): Omit<Enrolment, 'attestationKey' | 'predecessors'> {
  const serviceNumber = order.serviceNumber ?? home.settings.serviceNumber;
  return {
    device,
    deviceClass,
    broker: home.brokerUrl,
    authority: authority.certificate,
    certificate: own.certificate,
    privateKey: own.privateKey,
    centreKeys: [home.centreKey()],
    imageKeys: home.imageKeys(),
    ...(serviceNumber === undefined ? {} : { serviceNumber }),
    issuedAt: now,
    expiresAt,
  };
}

function knownDevice(home: CentreHome, { device, now }: Pick<EnrolmentOrder, 'device' | 'now'>) {
  checkDevice(device);
  const devices = enrolledDevices(readRegister(home.paths.register), now);
  const known = devices.find((enrolled) => enrolled.device === device);
  if (known !== undefined) return known;
  throw new HomeError({
    da: `${device} har aldrig været indskrevet her; "dosis centre devices" viser dem, der har.`,
    en: `${device} was never enrolled here; "dosis centre devices" lists those that were.`,
  });
}

/** Before it stands in a certificate: `+`, `#`, `/` and `%` steer the rights of brokers. */
function checkDevice(device: string): void {
  if (isDeviceId(device)) return;
  throw new HomeError({
    da: `${JSON.stringify(device)} er intet apparat-id; skriv 3 til 32 bogstaver (a–z), cifre og bindestreger, ikke med en bindestreg først.`,
    en: `${JSON.stringify(device)} is no device id; write 3 to 32 letters, digits and hyphens, not beginning with a hyphen.`,
  });
}

export function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
