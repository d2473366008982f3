import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { readEnrolment } from '../technician/enrolment-file.ts';
import { type HeldHandover, readHandoverFile } from '../technician/handover.ts';
import { faultsOf } from '../technician/portrait.ts';
import { failure, mistake, TechProblem } from '../technician/problem.ts';
import { partFrom } from '../technician/swap-donor.ts';
import { type KeptSwap, SwapFolder } from '../technician/swap-folder.ts';
import { planFor, type SwapPlan } from '../technician/swap-plan.ts';
import { checkReplacement, comeInto, hangRolls, settleDoubts } from '../technician/swap-replacement.ts';
import { swapSummary } from '../technician/swap-summary.ts';
import type { Visit } from '../technician/visit.ts';
import { exitCodes } from './exit.ts';
import { withPatience } from './tech-patience.ts';
import { atDesk, atPort, choosePort, type Desk, type PortFlags, withCable } from './tech-visit.ts';

interface SwapFlags extends PortFlags {
  readonly from?: string;
  readonly to?: string;
  readonly handover?: string;
  readonly plan?: string;
  readonly folder?: string;
  readonly yes?: true;
  readonly patience: number;
}

/** Between two looks whether the cable has been moved. */
const LOOK_MS = 500;

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
  const asks = yes !== true;
  if (asks && !terminal.canAsk) throw mistake(t, 'needsYes');
  return {
    enrolment,
    config: planFile === undefined ? undefined : planFor(t, planFile, enrolment),
    patienceS: patience,
    asks,
    tell: (sentence) => terminal.tell(sentence),
    agree: async (question) => !asks || terminal.confirm(question, signal),
    standing: t.standing.bothUntouched,
  };
}

async function swap(desk: Desk, plan: SwapPlan, flags: SwapFlags): Promise<void> {
  const { t } = desk;
  const { device } = plan.enrolment.says;
  const fromCentre = flags.handover === undefined ? undefined : handoverFor(desk, plan, flags.handover);
  const folder = new SwapFolder(t, flags.folder ?? `swap-${device}`);
  const port = flags.port ?? ((flags.from && flags.to) || (fromCentre && flags.to) || (await choosePort(desk)));
  const ports = { from: flags.from ?? port, to: flags.to ?? port };
  const known = folder.read();
  if (known !== undefined && known.kept.device !== device) throw mistake(t, 'swapFolderOther', folder.path, device);
  if (known === undefined) await lookFirst(desk, plan, flags, fromCentre === undefined ? ports : { to: ports.to });
  const gone = known ?? (await goneBy(desk, plan, { flags, folder, from: ports.from, fromCentre }));
  const { swapLocked, swapDead } = t.standing;
  plan.standing = (gone.handover.says.source === 'unit' ? swapLocked : swapDead)(folder.path);
  if (known !== undefined) plan.tell(t.swap.goesOn(device, folder.path));
  await moveCable(desk, plan, { ...flags, ...ports }, gone.kept.epoch);
  await atPort(desk, { ...flags, port: ports.to }, (visit) => replace(visit, desk, plan, { ...gone, folder }));
}

type Gone = { readonly kept: KeptSwap; readonly handover: HeldHandover };

function handoverFor({ t }: Desk, { enrolment }: SwapPlan, file: string): HeldHandover {
  const handover = readHandoverFile(t, file);
  const { device, source } = handover.says;
  if (device !== enrolment.says.device) throw mistake(t, 'handoverElsewhere', file, device, enrolment.says.device);
  if (source !== 'centre') throw mistake(t, 'handoverOfUnit', file);
  return handover;
}

/** With a cable to each, what the new unit would refuse is found out before the old one is locked. */
async function lookFirst(
  desk: Desk,
  plan: SwapPlan,
  flags: SwapFlags,
  { from, to }: { readonly from?: string; readonly to: string },
): Promise<void> {
  if (from === to) return;
  await atPort(desk, { ...flags, port: to }, async (visit) => checkReplacement(visit, await visit.state(), plan));
}

async function goneBy(
  desk: Desk,
  plan: SwapPlan,
  around: { flags: SwapFlags; folder: SwapFolder; from: string; fromCentre: HeldHandover | undefined },
): Promise<Gone> {
  const { flags, folder, from, fromCentre } = around;
  if (fromCentre === undefined) {
    return atPort(desk, { ...flags, port: from }, (visit) => partFrom(visit, plan, folder));
  }
  if (!(await plan.agree(desk.t.swap.deadQuestion(fromCentre.says.device)))) {
    throw failure(desk.t, 'swapDeclined');
  }
  const { device, epoch, lastSeq } = fromCentre.says;
  const kept: KeptSwap = { device, epoch, lastSeq, waiting: null, log: null, rolls: [] };
  folder.close(fromCentre, kept);
  return { kept, handover: fromCentre };
}

/** One cable for both: waits until another unit answers than the one that goes. */
async function moveCable(
  desk: Desk,
  plan: SwapPlan,
  flags: SwapFlags & { readonly from: string; readonly to: string },
  epoch: number,
): Promise<void> {
  const { t, signal, terminal } = desk;
  if (flags.from !== flags.to) {
    plan.tell(t.swap.turnOff);
    return;
  }
  const endMs = performance.now() + flags.patience * 1000;
  let told = false;
  for (;;) {
    const there = await epochAt(desk, flags);
    if (there !== undefined && there !== epoch) return;
    if (!told) terminal.tell(t.swap.moveCable);
    told = true;
    if (!plan.asks && performance.now() >= endMs) throw mistake(t, 'cableNotMoved', flags.to);
    await delay(LOOK_MS, undefined, { signal });
  }
}

/** @returns null for a unit that is nobody yet; undefined when none answers */
async function epochAt(desk: Desk, flags: SwapFlags & { readonly to: string }): Promise<number | null | undefined> {
  try {
    return await atPort(desk, { ...flags, port: flags.to }, async (visit) => (await visit.state()).epoch ?? null);
  } catch (error) {
    if (error instanceof TechProblem) return undefined;
    throw error;
  }
}

async function replace(visit: Visit, desk: Desk, plan: SwapPlan, gone: Gone & { folder: SwapFolder }): Promise<void> {
  const { t, terminal, signal } = desk;
  const { kept, handover, folder } = gone;
  const state = await comeInto(visit, plan, handover);
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
    swapSummary(t, { kept, handover: handover.says, rolls, faults, doubts, log }),
  );
}
