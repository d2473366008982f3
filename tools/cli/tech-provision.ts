import { Command } from 'commander';
import { checkNewcomer, provisionAs, readEnrolment } from '../technician/enrolment-file.ts';
import { faultsOf, titleOf } from '../technician/portrait.ts';
import type { Visit } from '../technician/visit.ts';
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
  const enrolment = readEnrolment(t, file, visit.nowMs() / 1000);
  const { device } = enrolment.says;
  checkNewcomer(t, await visit.state(), enrolment);
  const { phase } = await provisionAs(visit, enrolment, { patienceS, tell: (sentence) => terminal.tell(sentence) });
  visit.standing = t.provision.done(device);
  const faults = await faultsOf(visit);
  terminal.answer({ device, phase, faults: faults.map(({ code, number }) => ({ code, number })) }, [
    t.provision.done(device),
    ...(faults.length === 0 ? [] : [t.fault.reports(t.list(faults.map((one) => `${one.number} ${titleOf(t, one)}`)))]),
    ...t.provision.next(device, file),
  ]);
}
