import { Command } from 'commander';
import { faults as catalogue, faultNumbered } from '../../protocol/faults/catalogue.ts';
import type { Fault } from '../../protocol/faults/fault.ts';
import { fault } from '../../protocol/smp/commands/fault.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { wrapped } from '../program/wrapped.ts';
import { conditionOf, type FaultPlace, toldFault } from '../technician/fault-words.ts';
import { faultsOf, type NamedFault, titleOf } from '../technician/portrait.ts';
import { failure, mistake } from '../technician/problem.ts';
import type { UnitState, Visit } from '../technician/visit.ts';
import type { TechWords } from '../technician/words.ts';
import { faultLines } from './fault-lines.ts';
import { settle } from './tech-settle.ts';
import { columns } from './tech-terminal.ts';
import { atDesk, type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';

interface FaultFlags extends PortFlags {
  readonly all?: true;
  readonly repaired?: true;
  /** The dose in doubt, `morning/2026-11-21`; what became of it is the argument. */
  readonly settle?: string;
  readonly yes?: true;
}

export function techFaultCommand(): Command {
  return withCable(new Command('fault'))
    .description('what is wrong with a unit and how to mend it; with a number no unit is needed')
    .argument('[number...]', 'as the unit shows it, such as 18; with --settle taken or missed')
    .option('--all', 'list every fault there is; no unit is needed')
    .option('--repaired', 'report the unit repaired, once it is')
    .option('--settle <dose>', 'say what became of a dose in doubt, such as: --settle morning/2026-11-21 taken')
    .option('--yes', 'do not ask whether a dose is settled rightly')
    .action((numbers: string[], flags: FaultFlags) => {
      const { settle: dose } = flags;
      if (dose !== undefined) {
        return visiting(flags, (visit, desk) =>
          settle(visit, desk, { dose, fate: numbers.join(' '), yes: flags.yes === true }),
        );
      }
      if (flags.all === true) return atDesk(flags, async (desk) => list(desk, catalogue));
      if (numbers.length > 0) return atDesk(flags, async (desk) => explain(desk, numbers));
      return visiting(flags, flags.repaired === true ? repaired : diagnose);
    });
}

function list({ t, terminal }: Desk, known: readonly Fault[]): void {
  const rows = known.map((one) => [String(one.number), one.title[t.language]] as const);
  terminal.answer({ faults: known.map((one) => toldFault(t, one)) }, columns(rows));
}

function explain({ t, terminal }: Desk, numbers: readonly string[]): void {
  const told = numbers.map((text) => {
    const found = /^\d{1,4}$/.test(text) ? faultNumbered(Number(text)) : undefined;
    if (found === undefined) throw mistake(t, 'unknownFault', text);
    return toldFault(t, found);
  });
  terminal.answer({ faults: told }, separated(told.map((one) => faultLines(t, one))));
}

async function diagnose(visit: Visit, { t, terminal }: Desk): Promise<void> {
  const state = await visit.state();
  const { device, service, phase } = state;
  const named = await faultsOf(visit);
  const about = conditionOf(t, state);
  const place = { device, serviceNumber: service };
  const doubts = visit.hasPass && named.some(({ code }) => code === 'dose-uncertain') ? await doubtsOf(visit) : [];
  const sections = [
    ...(about === undefined ? [] : [wrapped(about, '')]),
    ...named.map((one) => [...sectionOf(t, one, place), ...endingOf(t, one, { doubts, phase })]),
  ];
  if (sections.length > 0) process.exitCode = exitCodes.failed;
  terminal.answer(
    { device: device ?? null, phase, faults: named.map((one) => documentOf(t, one, place)), doubts },
    sections.length === 0 ? [t.fault.none] : separated(sections),
  );
}

/** `morning/2026-11-21`, as `--settle` takes it; none for a pass that may not settle any. */
async function doubtsOf(visit: Visit): Promise<readonly string[]> {
  const reply = await visit.ask(fault.doubts, {});
  return reply.ok ? reply.value.doses.map(({ slot, date }) => `${slot}/${date}`) : [];
}

interface Standing {
  readonly doubts: readonly string[];
  readonly phase: UnitState['phase'];
}

/** How to tell the unit that it is over, where it waits for that: one without a ledger, or without firmware, does not. */
function endingOf(
  { fault: words }: TechWords,
  { code, fault: known }: NamedFault,
  { doubts, phase }: Standing,
): string[] {
  if (code === 'dose-uncertain') return doubts.map((dose) => `  ${words.settleWith(dose)}`);
  return phase === 'running' && known?.lock === 'until-repaired' ? [`  ${words.repairedWith}`] : [];
}

async function repaired(visit: Visit, { t, terminal }: Desk): Promise<void> {
  if ((await faultsOf(visit)).length === 0) throw failure(t, 'nothingToRepair');
  await visit.granted(fault.repaired, {});
  const left = await faultsOf(visit);
  const names = left.map((one) => `${one.number} ${titleOf(t, one)}`);
  terminal.answer({ reported: true, faults: left.map(({ code, number }) => ({ code, number })) }, [
    t.fault.repaired,
    left.length === 0 ? t.fault.allWell : t.fault.stillThere(t.list(names)),
  ]);
}

function documentOf(t: TechWords, { code, number, fault: known }: NamedFault, place: FaultPlace): object {
  return known === undefined ? { code, number } : toldFault(t, known, place);
}

function sectionOf(t: TechWords, named: NamedFault, place: FaultPlace): string[] {
  const { fault: known } = named;
  return known === undefined
    ? [t.fault.heading(named.number, titleOf(t, named))]
    : faultLines(t, toldFault(t, known, place));
}

function separated(sections: readonly (readonly string[])[]): string[] {
  return sections.flatMap((section, place) => (place === 0 ? section : ['', ...section]));
}
