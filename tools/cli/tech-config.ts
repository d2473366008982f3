import { Command } from 'commander';
import { parseDocument, stringify } from 'yaml';
import { hexOf } from '../../protocol/cose/bytes.ts';
import { type ConfigDocument, decodeConfig } from '../../protocol/messages/config.ts';
import { type ConfigReport, decodeConfigReport } from '../../protocol/messages/config-report.ts';
import type { Refusal } from '../../protocol/messages/refusal.ts';
import { refusalSentence, refusalWords } from '../../protocol/refusal-words.ts';
import { settings } from '../../protocol/smp/commands/settings.ts';
import { settingsRc, smpGroup, smpRc } from '../../protocol/smp/numbers.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { toldFault } from '../technician/fault-words.ts';
import { readFileOf } from '../technician/files.ts';
import { otherFile } from '../technician/other-file.ts';
import { faultsOf, type NamedFault, shortHash, titleOf } from '../technician/portrait.ts';
import { failure, mistake } from '../technician/problem.ts';
import { readSignedConfig } from '../technician/signed-config-file.ts';
import { SmpRefusal } from '../technician/smp-client.ts';
import type { Visit } from '../technician/visit.ts';
import type { TechWords } from '../technician/words.ts';
import { type Difference, type Draft, differences } from './config-file.ts';
import { lockLines } from './fault-lines.ts';
import { type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';

export function techConfigCommand(): Command {
  const command = new Command('config').description('The settings of the unit at the cable.');
  const add = (name: string, does: string) => withCable(command.command(name).description(does));
  add('get', 'print what is in force, as YAML').action((flags: PortFlags) => visiting(flags, get));
  add('set', 'bring a document that the service centre signed into force')
    .argument('<file>', 'as the service centre signed it')
    .action((file: string, flags: PortFlags) => visiting(flags, (visit, desk) => set(visit, desk, file)));
  add('diff', 'show what is not the same in a document and in the unit')
    .argument('<file>', 'a document, YAML or JSON')
    .action((file: string, flags: PortFlags) => visiting(flags, (visit, desk) => diff(visit, desk, file)));
  return command;
}

async function get(visit: Visit, { t, terminal }: Desk): Promise<void> {
  const document = await inForce(visit, t);
  terminal.answer(document, [stringify(document).trimEnd()]);
}

async function diff(visit: Visit, { t, terminal }: Desk, file: string): Promise<void> {
  const draft = readDraft(t, file);
  const found = differences(await inForce(visit, t), draft);
  const said = (value: unknown) => (value === undefined ? t.config.nothing : JSON.stringify(value));
  terminal.answer(
    { differences: found.map(({ path, before = null, after = null }): Difference => ({ path, before, after })) },
    found.length === 0
      ? [t.config.same]
      : found.map(({ path, before, after }) => `${path}: ${said(before)} → ${said(after)}`),
  );
}

/** A map in YAML or JSON; whether it may be a configuration is another question. @throws TechProblem */
function readDraft(t: TechWords, file: string): Draft {
  const bytes = readFileOf(t, file, { wanted: 'plan' });
  const other = () => otherFile(t, { file, bytes }, 'plan');
  const document = parseDocument(Buffer.from(bytes).toString('utf8'), { stringKeys: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line = 1, col = 1 } = problem.linePos?.[0] ?? {};
    throw other() ?? mistake(t, 'notYaml', file, line, col);
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Draft;
  throw other() ?? mistake(t, 'notAMap', file);
}

async function set(visit: Visit, { t, terminal }: Desk, file: string): Promise<void> {
  const { signed, says } = readSignedConfig(t, file);
  const { device } = await visit.state();
  if (device !== undefined && device !== says.device) throw mistake(t, 'configElsewhere', file, says.device, device);
  await visit.enter();
  const before = await faultsOf(visit);
  visit.standing = t.standing.configuring;
  const reply = await visit.ask(settings.write, { name: 'config/document', val: signed });
  visit.standing = t.standing.untouched;
  if (!reply.ok) {
    const judged = reply.error.group === undefined && [smpRc.invalid, smpRc.busy].includes(reply.error.rc as 3);
    const report = judged ? await reportOf(visit) : null;
    if (report === null || report.status === 'applied') throw new SmpRefusal(reply.error);
    return refused(t, terminal, report);
  }
  const { config: version = says.version, hash, service } = await visit.state();
  const now = await faultsOf(visit);
  const locks = now.flatMap(({ code, fault }) =>
    fault?.lock.startsWith('until-') === true && isOfPlan(code, before)
      ? [toldFault(t, fault, { device, serviceNumber: service })]
      : [],
  );
  if (locks.length > 0) process.exitCode = exitCodes.failed;
  const others = now.filter((one) => !locks.some(({ code }) => code === one.code));
  const reports = t.list(others.map((one) => `${one.number} ${titleOf(t, one)}`));
  terminal.answer(
    {
      ...{ status: 'applied', version, hash: hash === undefined ? null : hexOf(hash) },
      locked: locks.map(({ code, number, title }) => ({ code, number, title })),
    },
    [
      t.config.applied(version, shortHash(hash)),
      ...locks.flatMap((told) => lockLines(t, told)),
      ...(others.length === 0 ? [] : [t.fault.reports(reports)]),
    ],
  );
}

/** What a plan has brought about: now, or when it was sent before and the answer was lost. */
function isOfPlan(code: string, before: readonly NamedFault[]): boolean {
  return code === 'medicine-changed' || !before.some((one) => one.code === code);
}

/** Nothing of it is in force: every reason is told, and what goes on being in force. */
function refused(t: TechWords, terminal: Desk['terminal'], report: Exclude<ConfigReport, { status: 'applied' }>): void {
  process.exitCode = exitCodes.failed;
  const { status, version, errors, inForce: still } = report;
  const told = errors.map((error) => ({ ...error, sentence: sentenceOf(t, status, error) }));
  terminal.answer({ status, version, errors: told, inForce: still?.version ?? null }, [
    t.config[status](version),
    ...told.map(({ sentence }) => `  ${sentence}`),
    still === undefined ? t.config.stillNone : t.config.still(still.version),
  ]);
}

/** What waits comes into force by itself: nobody is told to do anything about it. */
function sentenceOf({ language }: TechWords, status: 'rejected' | 'deferred', error: Refusal): string {
  return status === 'deferred' ? `${refusalWords[error.code].title[language]}.` : refusalSentence(error, language);
}

async function reportOf(visit: Visit): Promise<ConfigReport | null> {
  const reply = await visit.ask(settings.read, { name: 'config/report' });
  return reply.ok ? decodeConfigReport(reply.value.val) : null;
}

async function inForce(visit: Visit, t: TechWords): Promise<ConfigDocument> {
  const reply = await visit.ask(settings.read, { name: 'config/document' });
  if (reply.ok) return decodeConfig(reply.value.val);
  const { group, rc } = reply.error;
  const none = group === smpGroup.settings && rc === settingsRc.keyNotFound;
  throw none ? failure(t, 'nothingInForce') : new SmpRefusal(reply.error);
}
