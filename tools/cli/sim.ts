import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { runOnEmulatedBoard } from '../../sim/run/emulated.ts';
import { junit } from '../../sim/run/junit.ts';
import { replayTrace } from '../../sim/run/replay.ts';
import type { LeftOut, RunReport, ScenarioResult } from '../../sim/run/results.ts';
import { runScenario } from '../../sim/run/run-scenario.ts';
import { soakTogether } from '../../sim/run/soak-crew.ts';
import { addUp } from '../../sim/run/soak-report.ts';
import { soakYear } from '../../sim/run/soak-year.ts';
import { readTrace, type TracedRun, TraceFileError } from '../../sim/run/trace-file.ts';
import { leftOutWords, replayWords, runWords, scenarioWords, soakWords } from '../../sim/run/words.ts';
import { findScenarios, NoScenarioError } from '../../sim/scenarios/find-scenarios.ts';
import type { Scenario } from '../../sim/scenarios/scenario.ts';
import { ScenarioError } from '../../sim/scenarios/scenario-error.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { codeOf, unwritable } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { otherFile } from '../technician/other-file.ts';
import { techWords } from '../technician/words.ts';
import { boardOption } from './options.ts';
import { SoakProgress } from './soak-progress.ts';

const yearsMax = 100_000;
const jobsMax = 256;
const traceChunkChars = 1024 * 1024;
const stopwatchMs = () => performance.now();

interface RunFlags {
  readonly seed: number;
  readonly json?: true;
  readonly junit?: string;
  readonly trace?: string;
  readonly board: 'simulated' | 'emulated';
}

interface SoakFlags {
  readonly years: number;
  readonly seed: number;
  readonly faults?: boolean;
  readonly jobs: number;
  readonly json?: true;
  readonly trace?: string;
}

/** `dosis sim`: plays stories, soaks devices in years of use, and repeats recorded runs. */
export function simCommand(): Command {
  const command = new Command('sim').description('Run the firmware in a simulated world that judges it.');
  command
    .command('run')
    .description('play scenario files and judge them')
    .argument('<file|dir...>', 'scenario files, or folders of them')
    .option('--seed <n>', 'draws all chance of the run', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--json', 'print one JSON document')
    .option('--junit <file>', 'also write a JUnit report')
    .option('--trace <file>', 'also write a trace that "dosis sim replay" repeats; one scenario only')
    .addOption(boardOption())
    .action((paths: string[], flags: RunFlags) => run(paths, flags));
  command
    .command('soak')
    .description('simulate device-years of use')
    .requiredOption('--years <n>', 'how many device-years', wholeNumber(1, yearsMax))
    .option(
      '--seed <n>',
      'the seed of the first year; each further year has the next',
      wholeNumber(0, Number.MAX_SAFE_INTEGER - yearsMax),
      1,
    )
    .option('--faults', 'let power, network, clock, storage, mechanics and people fail')
    .option(
      '--jobs <n>',
      'how many years to simulate at the same time',
      wholeNumber(1, jobsMax),
      availableParallelism(),
    )
    .option('--json', 'print one JSON document')
    .option('--trace <file>', 'write a trace of the first year with a violation, which "dosis sim replay" repeats')
    .action((flags: SoakFlags) => soakYears(flags));
  command
    .command('replay')
    .description('repeat a trace and compare it byte for byte')
    .argument('<trace>', 'a trace that a unit kept, or that "dosis sim run --trace" wrote')
    .option('--json', 'print one JSON document')
    .action((file: string, flags: { readonly json?: true }) => replay(file, flags.json === true));
  return command;
}

function run(paths: readonly string[], flags: RunFlags): void {
  const isEmulated = flags.board === 'emulated';
  const found = find(paths);
  const leftOut = isEmulated ? found.flatMap(leftOutOf) : [];
  const scenarios = found.filter(({ simulatedOnly }) => !isEmulated || simulatedOnly === undefined);
  if (flags.trace !== undefined && scenarios.length !== 1) {
    throw new UsageError(
      `--trace writes the trace of one scenario, but ${scenarios.length} were named; name one file.`,
    );
  }
  // Before minutes of stories, not after them.
  for (const file of [flags.junit, flags.trace]) if (file !== undefined) writing(file, () => appendFileSync(file, ''));
  if (flags.json !== true) for (const one of leftOut) print(leftOutWords(one));
  if (scenarios.length === 0) {
    throw new UsageError('None of these stories says anything of real electronics; play them with --board simulated.');
  }
  const results = scenarios.map((scenario) => {
    const result = runOne(scenario, flags);
    if (flags.json !== true) print(scenarioWords(result, flags.board));
    return result;
  });
  const passed = results.filter((result) => result.passed).length;
  const report: RunReport = {
    ...{ passed, failed: results.length - passed, scenarios: results },
    ...(isEmulated && { leftOut }),
  };
  if (flags.junit !== undefined) write(flags.junit, junit(report));
  print(flags.json === true ? JSON.stringify(report) : runWords(report));
  conclude(report.failed === 0);
}

function leftOutOf({ name, simulatedOnly }: Scenario): LeftOut[] {
  return simulatedOnly === undefined ? [] : [{ name, because: simulatedOnly }];
}

function runOne(scenario: Scenario, { seed, trace, board }: RunFlags): ScenarioResult {
  const lines: string[] = [];
  const traceTo = trace === undefined ? {} : { traceTo: (line: string) => void lines.push(line) };
  const play = board === 'emulated' ? runOnEmulatedBoard : runScenario;
  // What only tests want to see stays out of the report.
  const {
    violations: _violations,
    crashPoints: _crashPoints,
    kills: _kills,
    ...result
  } = play(scenario, { seed, stopwatchMs, ...traceTo });
  if (trace !== undefined) write(trace, `${lines.join('\n')}\n`);
  return result;
}

async function soakYears({ years, seed, faults = false, json, jobs, trace }: SoakFlags): Promise<void> {
  // Before hours of years, not after them.
  const isNew = trace !== undefined && !existsSync(trace);
  if (trace !== undefined) writing(trace, () => appendFileSync(trace, ''));
  const progress = new SoakProgress({ years, seed, faults }, json !== true && process.stderr.isTTY === true);
  const startedMs = stopwatchMs();
  try {
    // Even one year has a thread of its own, so that this one hears of Ctrl-C.
    const results = await soakTogether({ years, seed, faults, jobs, onYear: (done) => progress.update(done) });
    const report = addUp(results, { seed, faults }, (stopwatchMs() - startedMs) / 1000);
    progress.stop();
    print(json === true ? JSON.stringify(report) : soakWords(report));
    const breaching = results.find(({ violations }) => violations.length > 0);
    if (trace !== undefined && breaching !== undefined) {
      traceYear(breaching.seed, faults, trace);
      if (json !== true) print(`the trace of seed ${breaching.seed} is in ${trace}`);
    } else if (trace !== undefined && isNew) writing(trace, () => rmSync(trace));
    conclude(report.violations.length === 0);
  } finally {
    progress.stop();
  }
}

/** The year once more, which does the same from the same seed. */
function traceYear(seed: number, faults: boolean, file: string): void {
  write(file, '');
  let lines = '';
  const flush = () => {
    writing(file, () => appendFileSync(file, lines));
    lines = '';
  };
  const traceTo = (line: string) => {
    lines += `${line}\n`;
    if (lines.length >= traceChunkChars) flush();
  };
  soakYear({ seed, faults, traceTo });
  flush();
}

function replay(file: string, json: boolean): void {
  const result = usable(() => replayTrace(tracedRuns(file), file));
  print(json ? JSON.stringify({ file, ...result }) : replayWords(result, file));
  conclude(result.same);
}

function find(paths: readonly string[]): Scenario[] {
  return paths.flatMap((path) => {
    try {
      return usable(() => findScenarios([path]));
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error;
      throw new UsageError(
        `The scenarios of "${path}" could not be read (${error.message}); name files that you may read.`,
        { cause: error },
      );
    }
  });
}

function tracedRuns(file: string): readonly TracedRun[] {
  const bytes = read(file);
  try {
    return readTrace(bytes.toString('utf8'), file);
  } catch (error) {
    throw otherFile(techWords.en, { file, bytes }, 'trace') ?? error;
  }
}

/** Bad input is the user's to mend and is told in one sentence. */
function usable<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ScenarioError && isEmpty(error.file)) {
      throw new UsageError(
        `${error.file}: the file is empty; write a story into it, as those in sim/scenarios are, or name another.`,
        { cause: error },
      );
    }
    const other = error instanceof ScenarioError ? otherThanStory(error) : undefined;
    if (other !== undefined) throw other;
    if (error instanceof ScenarioError || error instanceof NoScenarioError || error instanceof TraceFileError) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
}

function otherThanStory(error: ScenarioError): UsageError | undefined {
  const { file } = error;
  return otherFile(techWords.en, { file, bytes: readFileSync(file) }, 'scenario');
}

/** Nothing, or nothing but comments. */
function isEmpty(file: string): boolean {
  return (
    readFileSync(file, 'utf8')
      .replace(/^\s*#.*$/gm, '')
      .trim() === ''
  );
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(
      `"${file}" could not be read (${codeOf(error)}); name a trace that a unit kept, or that "dosis sim run --trace" wrote.`,
      { cause: error },
    );
  }
}

function write(file: string, text: string): void {
  writing(file, () => writeFileSync(file, text));
}

function writing(file: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw unwritable(`"${file}"`, error);
  }
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
  };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function conclude(held: boolean): void {
  process.exitCode = held ? exitCodes.held : exitCodes.failed;
}
