import { Command } from 'commander';
import { deviceClassId } from '../../hal/linux/device-class.ts';
import { problemWithCredentials } from '../../hal/linux/mqtt-identity.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeEnrolment, type Enrolment } from '../../protocol/messages/enrolment.ts';
import { refusalFrom } from '../../protocol/messages/refusal.ts';
import { refusalSentence } from '../../protocol/refusal-words.ts';
import { provisioning } from '../../protocol/smp/commands/provisioning.ts';
import { readFileOf } from '../technician/files.ts';
import { className, faultsOf, titleOf } from '../technician/portrait.ts';
import { failure, mistake } from '../technician/problem.ts';
import type { UnitState, Visit } from '../technician/visit.ts';
import type { TechWords } from '../technician/words.ts';
import { withPatience } from './tech-patience.ts';
import { type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';

interface ProvisionFlags extends PortFlags {
  readonly patience: number;
}

export function techProvisionCommand(): Command {
  return withPatience(withCable(new Command('provision')))
    .description('make an empty unit into the one that an enrolment of the service centre names')
    .argument('<enrolment>', 'the file that "dosis centre enrol" wrote')
    .action((file: string, flags: ProvisionFlags) =>
      visiting(flags, (visit, desk) => provision(visit, desk, { file, patienceS: flags.patience })),
    );
}

interface Order {
  readonly file: string;
  readonly patienceS: number;
}

async function provision(visit: Visit, { t, terminal }: Desk, { file, patienceS }: Order): Promise<void> {
  const bytes = readFileOf(t, file);
  const enrolment = checkedEnrolment(t, bytes, file, visit.nowMs() / 1000);
  const before = await visit.state();
  checkUnit(t, before, enrolment, file);
  visit.standing = t.standing.provisioning(enrolment.device);
  await visit.client.granted(provisioning.provision, { enrolment: bytes });
  terminal.tell(t.provision.restarting(enrolment.device));
  const isIt = ({ device, phase }: UnitState) => device === enrolment.device && phase !== 'unprovisioned';
  const now = await visit.awaited(() => visit.quickState(), isIt, patienceS * 1000);
  if (now === undefined) throw failure(t, 'notBack', patienceS);
  visit.standing = t.provision.done(enrolment.device);
  const faults = await faultsOf(visit);
  terminal.answer(
    { device: enrolment.device, phase: now.phase, faults: faults.map(({ code, number }) => ({ code, number })) },
    [
      t.provision.done(enrolment.device),
      ...(faults.length === 0
        ? []
        : [t.fault.reports(t.list(faults.map((one) => `${one.number} ${titleOf(t, one)}`)))]),
      ...t.provision.next(enrolment.device, file),
    ],
  );
}

function checkedEnrolment(t: TechWords, bytes: Uint8Array, file: string, nowS: number): Enrolment {
  const enrolment = enrolmentIn(t, bytes, file);
  if (problemWithCredentials(enrolment) !== undefined) throw mistake(t, 'enrolmentMismatch', file);
  if (nowS >= enrolment.expiresAt) throw mistake(t, 'enrolmentExpired', file, enrolment.expiresAt, nowS);
  return enrolment;
}

function enrolmentIn(t: TechWords, bytes: Uint8Array, file: string): Enrolment {
  try {
    return decodeEnrolment(bytes);
  } catch (error) {
    const refusal = refusalFrom(error);
    if (!isProtocolError(error) || refusal === undefined) throw error;
    throw mistake(t, 'notAnEnrolment', file, refusalSentence(refusal, t.language));
  }
}

function checkUnit(t: TechWords, state: UnitState, enrolment: Enrolment, file: string): void {
  if (state.device !== undefined) throw mistake(t, 'alreadySomebody', state.device);
  if (state.phase !== 'unprovisioned') throw mistake(t, 'notEmpty');
  if (!Buffer.from(deviceClassId(enrolment.deviceClass)).equals(state.class)) {
    throw mistake(t, 'enrolmentClass', file, enrolment.deviceClass, className(state));
  }
}
