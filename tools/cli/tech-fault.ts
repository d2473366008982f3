import { Command } from 'commander';
import { faults as catalogue, faultNumbered } from '../../protocol/faults/catalogue.ts';
import type { Fault } from '../../protocol/faults/fault.ts';
import { fault } from '../../protocol/smp/commands/fault.ts';
import { type FaultPlace, type ToldFault, toldFault } from '../technician/fault-words.ts';
import { faultsOf, type NamedFault, titleOf } from '../technician/portrait.ts';
import { failure, mistake } from '../technician/problem.ts';
import type { Visit } from '../technician/visit.ts';
import type { TechWords } from '../technician/words.ts';
import { exitCodes } from './exit.ts';
import { settle } from './tech-settle.ts';
import { columns } from './tech-terminal.ts';
import { atDesk, type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';
import { wrapped } from './wrapped.ts';

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
          settle(visit, desk, { dose, fate: numbers[0], yes: flags.yes === true }),
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
  const { device, service, phase } = await visit.state();
  const named = await faultsOf(visit);
  const isReplaced = phase === 'replaced';
  const place = { device, serviceNumber: service };
  const doubts = visit.hasPass && named.some(({ code }) => code === 'dose-uncertain') ? await doubtsOf(visit) : [];
  const sections = [
    ...(isReplaced ? [wrapped(t.fault.replaced, '')] : []),
    ...named.map((one) => [...sectionOf(t, one, place), ...endingOf(t, one, doubts)]),
  ];
  if (named.length > 0 || isReplaced) process.exitCode = exitCodes.failed;
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

/** How to tell the unit that it is over, where it waits for that. */
function endingOf(
  { fault: words }: TechWords,
  { code, fault: known }: NamedFault,
  doubts: readonly string[],
): string[] {
  if (code === 'dose-uncertain') return doubts.map((dose) => `  ${words.settleWith(dose)}`);
  return known?.lock === 'until-repaired' ? [`  ${words.repairedWith}`] : [];
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

function faultLines(t: TechWords, told: ToldFault): string[] {
  const words = t.fault;
  const { parts, steps } = told;
  return [
    words.heading(told.number, told.title),
    ...wrapped(told.meaning, '  '),
    '',
    ...labelled(words.medicine, `${told.medicine}.`),
    ...labelled(words.priority, told.priority),
    ...quoted(t, words.sees, told.sees),
    ...quoted(t, words.hears, told.hears),
    ...(parts.length === 0 ? [] : labelled(words.part, t.list(parts))),
    '',
    `  ${words.doThis}`,
    ...(steps.length === 0
      ? wrapped(words.nothingToMend, '     ')
      : steps.flatMap((step, place) => wrapped(step, '     ', `  ${place + 1}. `))),
    '',
    ...labelled(words.ends, told.ends),
  ];
}

function quoted({ fault }: TechWords, label: string, texts: readonly string[]): string[] {
  return texts.flatMap((text, place) => labelled(place === 0 ? label : '', fault.quote(text)));
}

const LABEL_COLUMNS = 18;

function labelled(label: string, text: string): string[] {
  return wrapped(text, ' '.repeat(LABEL_COLUMNS), `  ${label}`.padEnd(LABEL_COLUMNS));
}

function separated(sections: readonly (readonly string[])[]): string[] {
  return sections.flatMap((section, place) => (place === 0 ? section : ['', ...section]));
}
