import { Command } from 'commander';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import { commandSecondsMax } from '../../protocol/messages/signed-limits.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { readEnrolment } from '../technician/enrolment-file.ts';
import { checkHeir, type HeldHandover, readHandoverFile } from '../technician/handover.ts';
import { faultsOf } from '../technician/portrait.ts';
import { failure, mistake } from '../technician/problem.ts';
import { partFrom } from '../technician/swap-donor.ts';
import { type KeptAndHandover, SwapFolder } from '../technician/swap-folder.ts';
import { planFor, type SwapPlan } from '../technician/swap-plan.ts';
import { comeInto, hangRolls, lookAtReplacement, settleDoubts } from '../technician/swap-replacement.ts';
import { swapSummary } from '../technician/swap-summary.ts';
import type { Visit } from '../technician/visit.ts';
import { withPatience } from './tech-patience.ts';
import { TransferProgress } from './tech-progress.ts';
import { moveCable, type SwapPortFlags, type SwapPorts, swapPorts } from './tech-swap-ports.ts';
import { atDesk, atPort, type Desk, withCable } from './tech-visit.ts';

interface SwapFlags extends SwapPortFlags {
  readonly handover?: string;
  readonly plan?: string;
  readonly folder?: string;
  readonly yes?: true;
  readonly patience: number;
}

export function techSwapCommand(): Command {
  return withPatience(withCable(new Command('swap')))
    .description('put another unit in the place of one: name, plan, doses and rolls go over; the same command goes on')
    .argument('<enrolment>', 'the file that "dosis centre renew" wrote for the unit that goes')
    .option('--from <path>', 'the port of the unit that goes (default: --port, one cable after the other)')
    .option('--to <path>', 'the port of the unit that comes (default: --port)')
    .option(
      '--plan <file>',
      'from "dosis centre config get ID --signed FILE --new-unit" (default: it comes by the air)',
    )
    .option('--handover <file>', 'from "dosis centre handover": the unit that goes can be asked nothing any more')
    .option('--folder <path>', 'what is kept of the swap (default: swap-ID)')
    .option('--yes', 'ask nothing: all is prepared')
    .action((enrolment: string, flags: SwapFlags) => {
      let plan: SwapPlan | undefined;
      return atDesk(
        flags,
        async (desk) => {
          plan = planOf(desk, enrolment, flags);
          await swap(desk, plan, flags);
        },
        () => plan?.standing,
      );
    });
}

function planOf({ t, terminal, signal }: Desk, file: string, { plan: planFile, yes, patience }: SwapFlags): SwapPlan {
  const enrolment = readEnrolment(t, file, Date.now() / 1000);
  const { predecessors, device } = enrolment.says;
  if (predecessors.length === 0) throw mistake(t, 'firstEnrolment', file, device);
  const asks = yes !== true;
  if (asks && !terminal.canAsk) throw mistake(t, 'needsYes');
  return {
    enrolment,
    config: planFile === undefined ? undefined : planFor(t, planFile, enrolment),
    patienceS: patience,
    asks,
    tell: (sentence) => terminal.tell(sentence),
    agree: async (question) => !asks || terminal.confirm(question, signal),
    progress: (label) => new TransferProgress(t, label, 0, terminal.showsProgress),
    standing: t.standing.bothUntouched,
  };
}

async function swap(desk: Desk, plan: SwapPlan, flags: SwapFlags): Promise<void> {
  const { t } = desk;
  const { device } = plan.enrolment.says;
  const fromCentre = flags.handover === undefined ? undefined : handoverFor(desk, plan, flags.handover);
  const folder = new SwapFolder(t, flags.folder ?? `swap-${device}`);
  const known = keptBefore(desk, plan, folder);
  const dead = fromCentre !== undefined || known?.handover.says.source === 'centre';
  const ports = await swapPorts(desk, flags, dead);
  if (known !== undefined) plan.tell(t.swap.goesOn(device, folder.path));
  const gone = known ?? (await goneBy(desk, plan, { flags, ports, folder, fromCentre }));
  const standing = dead ? t.standing.swapDead : t.standing.swapLocked;
  plan.standing = gone.kept.heir === undefined ? standing(folder.path) : t.standing.swapBegun(folder.path);
  const there = { ...flags, port: ports.to };
  if (ports.from === ports.to) await moveCable(desk, plan, there, gone.kept.epoch);
  else plan.tell(t.swap.turnOff);
  await atPort(desk, there, (visit) => replace(visit, desk, plan, folder));
}

/** What an earlier attempt has left, if it is one of the same swap. */
function keptBefore({ t }: Desk, { enrolment }: SwapPlan, folder: SwapFolder): KeptAndHandover | undefined {
  const known = folder.read();
  if (known === undefined) return undefined;
  const { device, heir } = known.kept;
  const { says } = enrolment;
  if (device !== says.device) throw mistake(t, 'swapFolderOther', folder.path, says.device);
  const isForIt = sameBytes(known.handover.says.heir, says.attestationKey.kid);
  if (heir !== undefined && !isForIt) throw mistake(t, 'swapFolderUsed', folder.path);
  checkHeir(t, known.handover, says);
  if (heir === undefined) checkAge(t, known.handover);
  return known;
}

function handoverFor({ t }: Desk, { enrolment }: SwapPlan, file: string): HeldHandover {
  const handover = readHandoverFile(t, file);
  const { device, source } = handover.says;
  if (device !== enrolment.says.device) throw mistake(t, 'handoverElsewhere', file, device, enrolment.says.device);
  if (source !== 'centre') throw mistake(t, 'handoverOfUnit', file);
  checkHeir(t, handover, enrolment.says);
  return handover;
}

/** The unit would refuse it, after it has become somebody. */
function checkAge(t: Desk['t'], { says }: HeldHandover): void {
  if (says.source === 'unit' && says.at < Date.now() / 1000 - commandSecondsMax)
    throw failure(t, 'handoverOld', says.device);
}

interface Beginning {
  readonly flags: SwapFlags;
  readonly ports: SwapPorts;
  readonly folder: SwapFolder;
  readonly fromCentre: HeldHandover | undefined;
}

/** The unit that goes is taken out of its place. With a cable to each, what the other would refuse is found out first. */
async function goneBy(desk: Desk, plan: SwapPlan, beginning: Beginning): Promise<KeptAndHandover> {
  const { flags, ports, folder, fromCentre } = beginning;
  const look = () => atPort(desk, { ...flags, port: ports.to }, (visit) => lookAtReplacement(visit, plan));
  if (fromCentre === undefined) {
    const heir = ports.from === ports.to ? undefined : await look();
    return atPort(desk, { ...flags, port: ports.from }, (visit) => partFrom(visit, plan, folder, heir));
  }
  await look();
  if (!(await plan.agree(desk.t.swap.deadQuestion(fromCentre.says.device)))) throw failure(desk.t, 'swapDeclined');
  const { device, epoch, lastSeq } = fromCentre.says;
  const gone = { kept: { device, epoch, lastSeq, waiting: null, log: null, rolls: [] }, handover: fromCentre };
  folder.close(fromCentre, gone.kept);
  return gone;
}

async function replace(visit: Visit, desk: Desk, plan: SwapPlan, folder: SwapFolder): Promise<void> {
  const { t, terminal, signal } = desk;
  const state = await comeInto(visit, plan, folder);
  const { kept, handover } = folder.whole();
  const doubts = await settleDoubts(visit, plan, async (dose) => {
    const { taken, missed, unknown } = t.settle.choices;
    const place = await terminal.choose(t.settle.heading(dose), [taken, missed, unknown], t.settle.question, signal);
    return (['taken', 'missed', null] as const)[place] ?? null;
  });
  const rolls = await hangRolls(visit, plan, kept.rolls);
  const faults = await faultsOf(visit);
  const log = kept.log === null ? null : `${folder.path}/${kept.log}`;
  if (doubts.length > 0) process.exitCode = exitCodes.failed;
  terminal.answer(
    {
      ...{ device: kept.device, source: handover.says.source, from: { epoch: kept.epoch, lastSeq: kept.lastSeq } },
      ...{ epoch: state.epoch ?? null, version: state.config ?? null, presence: handover.says.presence },
      doses: handover.says.doses.map(({ slot, date, fate }) => ({ slot, date, fate })),
      rolls: rolls.map(({ roll, sachets, over }) => ({ roll, loaded: sachets.length - over, cutOff: over })),
      ...{ doubts, waiting: kept.waiting, log, folder: folder.path },
      faults: faults.map(({ code, number }) => ({ code, number })),
    },
    swapSummary(t, { kept, handover: handover.says, rolls, faults, doubts, folder: folder.path }),
  );
}
