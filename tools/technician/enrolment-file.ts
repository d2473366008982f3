import { deviceClassId } from '../../hal/linux/device-class.ts';
import { problemWithCredentials } from '../../hal/linux/mqtt-identity.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeEnrolment, type Enrolment } from '../../protocol/messages/enrolment.ts';
import { refusalFrom } from '../../protocol/messages/refusal.ts';
import { refusalSentence } from '../../protocol/refusal-words.ts';
import { provisioning } from '../../protocol/smp/commands/provisioning.ts';
import { readFileOf } from './files.ts';
import { otherFile } from './other-file.ts';
import { kindOf } from './portrait.ts';
import { failure, mistake } from './problem.ts';
import type { UnitState, Visit } from './visit.ts';
import type { TechWords } from './words.ts';

/** Who a unit is to be, as the centre wrote it. */
export interface EnrolmentFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly says: Enrolment;
}

/** @param nowS epoch seconds. @throws TechProblem when it is none, or can make no unit into anything */
export function readEnrolment(t: TechWords, file: string, nowS: number): EnrolmentFile {
  const bytes = readFileOf(t, file, { wanted: 'enrolment' });
  const says = enrolmentIn(t, bytes, file);
  if (problemWithCredentials(says) !== undefined) throw mistake(t, 'enrolmentMismatch', file);
  if (nowS >= says.expiresAt) throw mistake(t, 'enrolmentExpired', file, says.expiresAt, nowS);
  return { file, bytes, says };
}

/** Whether a unit may become what an enrolment names. @throws TechProblem */
export function checkNewcomer(t: TechWords, state: UnitState, { file, says }: EnrolmentFile): void {
  if (state.device !== undefined) throw mistake(t, 'alreadySomebody', state.device);
  if (state.phase === 'recovery') throw failure(t, 'noFirmware');
  if (state.phase !== 'unprovisioned') throw mistake(t, 'notEmpty');
  if (!Buffer.from(deviceClassId(says.deviceClass)).equals(state.class)) {
    throw mistake(t, 'enrolmentClass', file, says.deviceClass, kindOf(t, state));
  }
}

/** Makes an empty unit into the one of the enrolment, and waits until it has started as that. @throws TechProblem */
export async function provisionAs(
  visit: Visit,
  enrolment: EnrolmentFile,
  { patienceS, tell }: { readonly patienceS: number; readonly tell: (sentence: string) => void },
): Promise<UnitState> {
  const { t } = visit;
  const { device } = enrolment.says;
  visit.standing = t.standing.provisioning(device);
  await visit.client.granted(provisioning.provision, { enrolment: enrolment.bytes });
  tell(t.provision.restarting(device));
  const isIt = (state: UnitState) => state.device === device && state.phase !== 'unprovisioned';
  const now = await visit.awaited(() => visit.quickState(), isIt, patienceS * 1000, tell);
  if (now === undefined) throw failure(t, 'notBack', t.provision.asDevice(device), patienceS);
  return now;
}

function enrolmentIn(t: TechWords, bytes: Uint8Array, file: string): Enrolment {
  try {
    return decodeEnrolment(bytes);
  } catch (error) {
    const refusal = refusalFrom(error);
    if (!isProtocolError(error) || refusal === undefined) throw error;
    const why = refusalSentence(refusal, t.language);
    throw otherFile(t, { file, bytes }, 'enrolment') ?? mistake(t, 'notAnEnrolment', file, why);
  }
}
