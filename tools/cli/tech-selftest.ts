import { Command } from 'commander';
import { faults } from '../../protocol/faults/catalogue.ts';
import { refusalCodes } from '../../protocol/messages/refusal.ts';
import type { SelfTestReport, TestedPart } from '../../protocol/messages/self-test-report.ts';
import { refusalSentence } from '../../protocol/refusal-words.ts';
import { openHome } from '../centre/authority/home.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { checkFree, readFileOf, writeFileOf } from '../technician/files.ts';
import { failure } from '../technician/problem.ts';
import { type Examiner, partsToTest, testParts } from '../technician/self-test.ts';
import { signedReport, verifiedReport } from '../technician/test-report.ts';
import { partWord } from '../technician/typed-words.ts';
import type { Visit } from '../technician/visit.ts';
import type { TechWords } from '../technician/words.ts';
import { atHome } from './centre-home.ts';
import { columns } from './tech-terminal.ts';
import { atDesk, type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';

interface SelfTestFlags extends PortFlags {
  readonly out?: string;
  readonly verify?: string;
  readonly home?: string;
}

export function techSelftestCommand(): Command {
  return withCable(new Command('selftest'))
    .description('test the parts of a unit, with your eyes and ears where it has none; ends in a signed report')
    .argument('[part...]', 'such as lamp and battery (default: all)')
    .option('--out <file>', 'where the report goes (default: named after the unit and the hour)')
    .option('--verify <file>', 'read a report, and check who signed it; no unit is needed')
    .option('--home <folder>', 'with --verify: the home of the centre that the pass must be from')
    .action((parts: string[], flags: SelfTestFlags) =>
      flags.verify === undefined
        ? visiting(flags, (visit, desk) => examine(visit, desk, parts, flags))
        : verify(flags.verify, flags),
    );
}

async function examine(visit: Visit, desk: Desk, named: readonly string[], { out }: SelfTestFlags): Promise<void> {
  const { t, terminal } = desk;
  await visit.enter();
  const { device, firmware, boot, config } = await visit.state();
  const file = out ?? fileName(device, visit.nowMs());
  checkFree(t, file);
  const parts = await partsToTest(visit, named);
  visit.standing = t.standing.testing;
  const tested = await testParts(visit, parts, examinerAt(desk));
  terminal.tell('');
  const report: Omit<SelfTestReport, 'pass'> = {
    ...(device === undefined ? {} : { device }),
    ...{ firmware, boot, at: Math.floor(visit.nowMs() / 1000), parts: tested },
    ...(config === undefined ? {} : { config }),
  };
  writeFileOf(t, file, signedReport(report, visit.pass), false);
  visit.standing = t.standing.untouched;
  if (tested.some(({ outcome }) => outcome !== 'passed')) process.exitCode = exitCodes.failed;
  terminal.answer({ ...report, file }, [...resultLines(t, tested), '', closing(t, tested), t.selftest.written(file)]);
}

/** Asks the person at the terminal; where nobody sits, what only a person can tell stays untold. */
function examinerAt({ t, terminal, signal }: Desk): Examiner {
  let willOpen = terminal.canAsk;
  return {
    // Who has said no once is not asked at every part.
    opened: async () => {
      willOpen &&= await terminal.confirm(`  ${t.selftest.openDoor}`, signal);
      return willOpen;
    },
    trying: (part) => terminal.tell(t.selftest.trying(partWord(part, t.language))),
    witnessed: async (part) => {
      if (!terminal.canAsk) return undefined;
      const questions: Readonly<Record<string, string>> = t.selftest.questions;
      return terminal.confirm(`  ${questions[part] ?? t.selftest.anyQuestion(part)}`, signal);
    },
    tried: (tested) => terminal.tell(`  ${outcomeOf(t, tested)}`),
  };
}

function verify(file: string, flags: SelfTestFlags): Promise<void> {
  return atDesk(flags, async ({ t, terminal }) => {
    const { home } = flags;
    const centre = home === undefined ? undefined : await atHome(() => openHome(home).centreKey(), t.language);
    const { report, pass } = verifiedReport(t, file, readFileOf(t, file), centre);
    const { pass: _signed, ...about } = report;
    terminal.answer({ ...about, pass: pass.id, role: pass.role, centreChecked: centre !== undefined }, [
      ...columns([
        [t.info.device, report.device ?? t.info.nobody],
        [t.info.firmware, report.firmware],
        [t.selftest.tested, t.moment(report.at)],
      ]),
      '',
      ...resultLines(t, report.parts),
      '',
      t.report.signedBy(pass.id, t.roles[pass.role]),
      centre === undefined ? t.report.centreUnchecked : t.report.centreChecked,
    ]);
  });
}

function resultLines(t: TechWords, tested: readonly TestedPart[]): string[] {
  return columns(tested.map((one) => [`  ${partWord(one.part, t.language)}`, outcomeOf(t, one)] as const));
}

function closing(t: TechWords, tested: readonly TestedPart[]): string {
  const parts = (is: (one: TestedPart) => boolean) => tested.filter(is).map(({ part }) => partWord(part, t.language));
  const bad = parts(({ outcome }) => outcome === 'failed');
  const untried = parts(({ outcome }) => outcome !== 'failed' && outcome !== 'passed');
  return bad.length + untried.length === 0 ? t.selftest.allWell : failure(t, 'testsFailed', bad, untried).message;
}

function outcomeOf(t: TechWords, { outcome, by, found }: TestedPart): string {
  const said = outcome === 'passed' || outcome === 'failed' ? t.selftest[outcome][by] : t.selftest[outcome];
  return found === undefined ? said : `${said}: ${foundWord(t, found)}`;
}

/** What a unit found is often what it also raises an alarm for. */
function foundWord(t: TechWords, found: string): string {
  const words: Readonly<Record<string, string>> = t.selftest.found;
  const fault = faults.find(({ code }) => code === found);
  if (words[found] !== undefined) return words[found];
  if (fault !== undefined) return t.selftest.seeFault(fault.title[t.language], fault.number);
  const refusal = refusalCodes.find((code) => code === found);
  return refusal === undefined ? found : refusalSentence({ path: '', code: refusal }, t.language);
}

/** `selftest-DK-0042-20261121T0812Z.cose` */
function fileName(device: string | undefined, nowMs: number): string {
  const hour = new Date(nowMs).toISOString().replace(/[-:]/g, '').slice(0, 13);
  return `selftest-${device ?? 'unit'}-${hour}Z.cose`;
}
