import { Command, InvalidArgumentError, Option } from 'commander';
import { Temporal } from 'temporal-polyfill';
import { type Roll, rolls } from '../../protocol/messages/common.ts';
import { decodeConfig } from '../../protocol/messages/config.ts';
import { filling } from '../../protocol/smp/commands/filling.ts';
import { settings } from '../../protocol/smp/commands/settings.ts';
import { settingsRc, smpGroup } from '../../protocol/smp/numbers.ts';
import { hungRolls, printedOn, type WireSachet } from '../technician/handover.ts';
import { failure, mistake } from '../technician/problem.ts';
import { refusalIn } from '../technician/refusals.ts';
import { rollFromFile, rollFromPlan } from '../technician/roll-plan.ts';
import { SmpRefusal } from '../technician/smp-client.ts';
import type { Visit } from '../technician/visit.ts';
import type { TechWords } from '../technician/words.ts';
import { type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';

interface FillFlags extends PortFlags {
  readonly roll?: Roll;
  readonly from?: Temporal.PlainDate;
  readonly fromSlot?: string;
  readonly days?: number;
  readonly file?: string;
  readonly plain?: true;
  readonly binEmptied?: true;
  readonly list?: true;
  readonly yes?: true;
}

const DAYS_MAX = 35;

export function techFillCommand(): Command {
  return withCable(new Command('fill'))
    .description('tell the unit, at its open door, what roll was fitted, or that its bin was emptied')
    .addOption(new Option('--roll <bay>', 'where the roll hangs').choices(rolls))
    .option('--from <date>', 'the day of its first sachet, such as 2026-11-21', readDate)
    .option('--from-slot <name>', 'the slot of its first sachet (default: the first of that day)')
    .option('--days <number>', 'how many days it lasts, by the plan of the unit', readDays)
    .option('--file <file>', 'or its sachets, head first: a list of [slot, date], true or null, in YAML or JSON')
    .option('--plain', 'its sachets have no labels')
    .option('--bin-emptied', 'the locked bin was emptied')
    .option('--list', 'show what the unit knows of its rolls')
    .option('--yes', 'ask nothing')
    .action((flags: FillFlags) => visiting(flags, (visit, desk) => fill(visit, desk, flags)));
}

async function fill(visit: Visit, desk: Desk, flags: FillFlags): Promise<void> {
  const { t } = desk;
  if (flags.list === true) return list(visit, desk);
  if (flags.binEmptied !== true && flags.roll === undefined) throw mistake(t, 'fillWhat');
  const loaded = flags.roll === undefined ? undefined : await load(visit, desk, flags, flags.roll);
  if (flags.binEmptied === true) await done(visit, visit.ask(filling.binEmptied, {}));
  desk.terminal.answer({ roll: loaded === undefined ? null : loaded, binEmptied: flags.binEmptied === true }, [
    ...(loaded === undefined ? [] : [t.fill.announced(loaded.roll, loaded.sachets)]),
    ...(flags.binEmptied === true ? [t.fill.binEmptied] : []),
  ]);
}

async function load(
  visit: Visit,
  { t, terminal, signal }: Desk,
  flags: FillFlags,
  roll: Roll,
): Promise<{ roll: Roll; sachets: number }> {
  const { yes, file } = flags;
  if (yes !== true && !terminal.canAsk) throw mistake(t, 'needsYes');
  const sachets = file === undefined ? await planned(visit, flags, roll) : rollFromFile(t, file);
  const question = t.fill.question(roll, sachets.length, label(t, sachets.at(0)), label(t, sachets.at(-1)));
  if (yes !== true && !(await terminal.confirm(question, signal))) throw failure(t, 'swapDeclined');
  await done(visit, visit.ask(filling.load, { roll, sachets }));
  return { roll, sachets: sachets.length };
}

async function planned(visit: Visit, { from, days, fromSlot, plain }: FillFlags, roll: Roll): Promise<WireSachet[]> {
  const { t } = visit;
  if (from === undefined || days === undefined) throw mistake(t, 'fillWhat');
  const reply = await visit.ask(settings.read, { name: 'config/document' });
  if (!reply.ok) {
    const { group, rc } = reply.error;
    const none = group === smpGroup.settings && rc === settingsRc.keyNotFound;
    throw none ? failure(t, 'nothingInForce') : new SmpRefusal(reply.error);
  }
  const span = { roll, from, days, plain: plain === true, ...(fromSlot === undefined ? {} : { fromSlot }) };
  return rollFromPlan(t, decodeConfig(reply.value.val), span);
}

async function done(visit: Visit, asked: ReturnType<Visit['ask']>): Promise<void> {
  const reply = await asked;
  if (reply.ok) return;
  throw refusalIn(reply.error) === 'not-permitted' ? failure(visit.t, 'notFilled') : new SmpRefusal(reply.error);
}

async function list(visit: Visit, { t, terminal }: Desk): Promise<void> {
  const hung = await hungRolls(visit);
  terminal.answer(
    { rolls: hung },
    hung.length === 0 ? [t.fill.empty] : hung.map(({ roll, sachets, over }) => t.fill.bay(roll, sachets.length, over)),
  );
}

function label(t: TechWords, sachet: WireSachet | undefined): string {
  const printed = printedOn(sachet, t.language);
  if (printed !== null) return printed;
  return sachet === true ? t.fill.unlabelled : t.fill.emptySachet;
}

function readDate(text: string): Temporal.PlainDate {
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch {
    // It has the shape of a date, and there is no such day.
  }
  throw new InvalidArgumentError('A day is one of the calendar, written 2026-11-21.');
}

function readDays(text: string): number {
  const days = Number(text);
  if (/^\d+$/.test(text) && days >= 1 && days <= DAYS_MAX) return days;
  throw new InvalidArgumentError(`Days are a whole number from 1 to ${DAYS_MAX}.`);
}
