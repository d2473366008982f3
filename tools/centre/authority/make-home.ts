import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pemOf } from '../../../hal/linux/mqtt-identity.ts';
import { makeFolder, PRIVATE_FOLDER, syncPath, writeWhole } from '../../../hal/linux/whole-file.ts';
import { serviceNumberCharsMax } from '../../../protocol/limits.ts';
import { enrolmentKind } from '../../../protocol/messages/enrolment.ts';
import { type Credential, issue, makeAuthority, newSerial, revocationList } from './certificates.ts';
import { brokerUrlOf, HomeError, type HomePaths, type HomeSettings, openHome, pathsOf, unreadable } from './home.ts';
import { CENTRE_USER, mosquittoConfiguration, mosquittoRights } from './mosquitto-files.ts';

/** A unit may stand on a shelf for years, and its broker is to be believed when it comes to a home. */
const AUTHORITY_YEARS = 30;
const OWN_YEARS = 20;
const YEAR_S = 31_557_600;
/** Clocks of broker and units differ. */
const EARLIER_S = 86_400;
const TOKEN_BYTES = 32;
/** This machine, by each of its names: the centre calls on its broker there. */
const loopback = ['127.0.0.1', '::1', 'localhost'];

export interface HomePlan {
  readonly folder: string;
  /** Names and addresses by which units reach the broker; none: this machine only. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly serviceNumber?: string;
  /** Epoch seconds. */
  readonly now: number;
}

/**
 * Makes the home of a service centre. It is made beside its place and moved there whole: what bears the name is complete.
 * @returns where units will find the broker
 * @throws HomeError
 */
export async function makeHome(plan: HomePlan): Promise<{ folder: string; brokerUrl: string }> {
  const folder = resolve(plan.folder);
  const unfinished = `${folder}.unfinished`;
  refuseToOverwrite(folder, unfinished);
  checkServiceNumber(plan.serviceNumber);
  const settings: HomeSettings = {
    format: 1,
    hosts: [...new Set([...plan.hosts, ...loopback])],
    port: plan.port,
    ...(plan.serviceNumber === undefined ? {} : { serviceNumber: plan.serviceNumber }),
  };
  makeFolder(dirname(folder), 0o777);
  mkdirSync(unfinished, { mode: PRIVATE_FOLDER });
  try {
    await fill(unfinished, { folder, settings, now: plan.now, everywhere: plan.hosts.length > 0 });
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    throw error;
  }
  renameSync(unfinished, folder);
  syncPath(dirname(folder));
  return { folder, brokerUrl: brokerUrlOf(settings) };
}

interface Filling {
  /** Where the home will be. */
  readonly folder: string;
  readonly settings: HomeSettings;
  readonly now: number;
  readonly everywhere: boolean;
}

async function fill(unfinished: string, { folder, settings, now, everywhere }: Filling): Promise<void> {
  const making = pathsOf(unfinished);
  for (const inner of [making.enrolments, making.imageKeys, making.mosquitto.data]) {
    mkdirSync(inner, { mode: PRIVATE_FOLDER });
  }
  await writeKeys(making, settings, now);
  writeWhole(making.mosquitto.configuration, mosquittoConfiguration(pathsOf(folder), settings, everywhere));
  writeWhole(making.mosquitto.rights, mosquittoRights());
  writeWhole(making.register, '');
  writeWhole(making.settings, `${JSON.stringify(settings, null, 2)}\n`);
}

async function writeKeys(paths: HomePaths, { hosts }: HomeSettings, now: number): Promise<void> {
  const from = now - EARLIER_S;
  const whole = { from, to: from + AUTHORITY_YEARS * YEAR_S };
  const validity = { from, to: from + OWN_YEARS * YEAR_S };
  const authority = await makeAuthority('Dosis service centre', whole);
  const broker = await issue(authority, {
    name: 'broker',
    purpose: { type: 'broker', hosts },
    validity,
    serial: newSerial(),
  });
  const centre = await issue(authority, {
    name: CENTRE_USER,
    purpose: { type: 'client' },
    validity,
    serial: newSerial(),
  });
  writeCredential(paths.authority, authority);
  writeCredential(paths.broker, broker);
  writeCredential(paths.centre, centre);
  writeWhole(paths.revoked, pemOf('X509 CRL', await revocationList(authority, [], whole)));
  const signing = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
  writeWhole(paths.signingKey, pemOf('PRIVATE KEY', signing));
  writeWhole(paths.operatorToken, `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`);
}

function writeCredential(paths: { certificate: string; key: string }, { certificate, privateKey }: Credential): void {
  writeWhole(paths.certificate, pemOf('CERTIFICATE', certificate));
  writeWhole(paths.key, pemOf('PRIVATE KEY', privateKey));
}

function refuseToOverwrite(folder: string, unfinished: string): void {
  if (existsSync(unfinished)) {
    throw new HomeError({
      da: `En tidligere "dosis centre init" blev afbrudt eller kører endnu i "${unfinished}"; intet er udstedt derfra: fjern mappen, og prøv igen.`,
      en: `An earlier "dosis centre init" was interrupted, or still runs, in "${unfinished}"; nothing was issued from there: remove that folder and try again.`,
    });
  }
  if (!existsSync(folder) || entriesOf(folder)?.length === 0) return;
  if (existsSync(pathsOf(folder).settings)) {
    openHome(folder);
    throw new HomeError({
      da: `"${folder}" er allerede en servicecentrals mappe og bliver, som den er. Nævn en anden mappe.`,
      en: `"${folder}" is the home of a service centre already; it stays as it is. Name another folder.`,
    });
  }
  throw new HomeError({
    da: `"${folder}" indeholder noget andet; nævn en mappe, der er tom eller ikke findes.`,
    en: `"${folder}" holds something else; name a folder that is empty or not there.`,
  });
}

/** What no enrolment could carry is refused while nothing has been made. */
function checkServiceNumber(text: string | undefined): void {
  const { kind } = enrolmentKind.fields.serviceNumber;
  if (text === undefined || kind.write(text) !== undefined) return;
  throw new HomeError({
    da: `Servicenummeret ${JSON.stringify(text)} skal være et telefonnummer på 1 til ${serviceNumberCharsMax} tegn, som fx "+45 70 12 34 56".`,
    en: `The service number ${JSON.stringify(text)} must be ${kind.rule}.`,
  });
}

/** Undefined for what is no folder. @throws HomeError for one that may not be looked into */
function entriesOf(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw unreadable(path, error);
  }
}
