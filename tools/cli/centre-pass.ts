import { generateKeyPairSync } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import { writeNew } from '../../hal/linux/whole-file.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import type { Language } from '../../protocol/messages/config.ts';
import {
  type PassRole,
  passRoles,
  signTechnicianPass,
  type TechnicianPass,
} from '../../protocol/messages/technician-pass.ts';
import { type CentreHome, openHome } from '../centre/authority/home.ts';
import { citizenNumberRefusal, holdsCitizenNumber } from '../centre/citizen-number.ts';
import { problemOf } from '../centre/orders/order-error.ts';
import { UsageError } from '../program/usage-error.ts';
import { passFile } from '../technician/pass-file.ts';
import { atHome, type HomeFlags, tell, withHome } from './centre-home.ts';
import { centreWords } from './centre-words.ts';

interface PassFlags extends HomeFlags {
  readonly role: PassRole;
  readonly days: number;
  readonly device?: readonly string[];
  readonly out: string;
}

const DAYS = 30;
/** Nobody can take a pass back, so it ends by itself. */
const DAYS_MAX = 366;
/** Where the 32 bytes of an Ed25519 key begin in a SubjectPublicKeyInfo (RFC 8410 §4). */
const PUBLIC_KEY_AT = 12;

/** `dosis centre pass`: lets a person work on units with a cable. */
export function centrePassCommand(): Command {
  return withHome(new Command('pass'))
    .description('let a person work on units with a cable, for some days: a signed pass and its key, in one file')
    .argument('<id>', 'a number for the pass, and no name: it stands in the units’ journals')
    .addOption(new Option('--role <role>', 'what the person may do').choices(passRoles).default('technician'))
    .option('--days <number>', 'how long the pass holds', readDays, DAYS)
    .option('--device <id...>', 'these units only (default: all that believe this centre)')
    .requiredOption('--out <file>', 'where to write it')
    .action((id: string, flags: PassFlags) => atHome(() => issue(id, flags), flags.lang));
}

function issue(id: string, { home, role, days, device: devices, out, lang, json }: PassFlags): void {
  if ([id, ...(devices ?? [])].some(holdsCitizenNumber)) throw new UsageError(citizenNumberRefusal[lang]);
  const t = centreWords[lang].pass;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_KEY_AT));
  const notBefore = Math.floor(Date.now() / 1000);
  const expiresAt = notBefore + Math.round(days * 86_400);
  const fields = { id, role, key, notBefore, expiresAt, ...(devices === undefined ? {} : { devices }) };
  const signed = signedPass(fields, openHome(home), lang);
  const until = new Date(expiresAt * 1000).toISOString().slice(0, 10);
  const about = [t.about(id, t.roles[role], until)];
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  write(out, passFile(about, signed, pem), lang);
  tell(
    json,
    { id, role, devices: devices ?? null, notBefore, expiresAt, file: out },
    t.made(out, id, t.roles[role], until),
  );
}

function signedPass(fields: TechnicianPass, home: CentreHome, lang: Language): Uint8Array {
  try {
    return signTechnicianPass(fields, home.signer());
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    throw new UsageError(centreWords[lang].pass.refused(problemOf(error).said[lang]), { cause: error });
  }
}

function write(file: string, text: string, lang: Language): void {
  try {
    writeNew(file, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UsageError(centreWords[lang].pass.exists(file), { cause: error });
  }
}

function readDays(text: string): number {
  const days = Number(text);
  if (text.trim() !== '' && days > 0 && days <= DAYS_MAX) return days;
  throw new InvalidArgumentError(`Days are a number above 0 and up to ${DAYS_MAX}.`);
}
