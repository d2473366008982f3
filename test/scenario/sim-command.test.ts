import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scenarioWords } from '../../sim/run/words.ts';
import { runCommandLine } from '../../tools/cli/program.ts';
import { UsageError } from '../../tools/program/usage-error.ts';

let folder = '';
let printed = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dosis-sim-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function dosis(...args: string[]): Promise<{ exitCode: number | string | undefined; out: string }> {
  process.exitCode = undefined;
  printed = '';
  await runCommandLine(args);
  const exitCode = process.exitCode ?? undefined;
  process.exitCode = undefined;
  return { exitCode, out: printed };
}

async function usageOf(...args: string[]): Promise<string> {
  try {
    await runCommandLine(args);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  return 'no complaint';
}

const story = 'sim/scenarios/double-press.yaml';

describe('dosis sim run', () => {
  it('prints one line per story and a sum', async () => {
    const { exitCode, out } = await dosis('sim', 'run', story);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^✓ Pressing again and again brings one dose {2}1 h in \d+ ms\n1 story passed\n$/);
  });

  it('says what it leaves out on the emulated board, in a line each and in the sum, and in JSON', async () => {
    const blind = 'sim/scenarios/counter-blind.yaml';
    const emulated = ['sim', 'run', '--board', 'emulated', blind];
    const { exitCode, out } = await dosis(...emulated, story);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^left out {2}A sachet counter .+\n {10}The counters .+\n✓ .+\n1 story passed, 1 left out\n$/);
    const { leftOut, passed } = JSON.parse((await dosis(...emulated, story, '--json')).out);
    expect(passed).toBe(1);
    expect(leftOut).toEqual([{ name: expect.any(String), because: expect.stringMatching(/^The counters/) }]);
    expect(await usageOf(...emulated)).toMatch(/; play them with --board simulated\.$/);
  });

  it('tells how to play a failed story again, on the electronics that it failed on', () => {
    const played = { name: 'A', file: 'a.yaml', seed: 4, simulatedSeconds: 1, wallMs: 1, traceHash: '', events: [] };
    const failed = { ...played, passed: false, failures: [] };
    expect(scenarioWords(failed, 'simulated')).toMatch(/ again: dosis sim run a\.yaml --seed 4$/);
    expect(scenarioWords(failed, 'emulated')).toMatch(/ again: dosis sim run a\.yaml --seed 4 --board emulated$/);
  });

  it('prints exactly the promised JSON document', async () => {
    const { exitCode, out } = await dosis('sim', 'run', story, '--seed', '4', '--json');
    expect(exitCode).toBe(0);
    const report = JSON.parse(out);
    expect(Object.keys(report)).toEqual(['passed', 'failed', 'scenarios']);
    const [scenario] = report.scenarios;
    expect(Object.keys(scenario).sort()).toEqual(
      ['name', 'file', 'seed', 'passed', 'failures', 'simulatedSeconds', 'wallMs', 'traceHash', 'events'].sort(),
    );
    expect(scenario).toMatchObject({ file: story, seed: 4, passed: true, failures: [] });
    expect(scenario.events).toContainEqual(
      expect.objectContaining({ type: 'dose.taken', dose: 'morgen/2026-03-02', at: '2026-03-02T08:00:25+01:00' }),
    );
    const types = scenario.events.map(({ type }: { type: string }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['dose.due', 'dose.released', 'dose.presented', 'dose.taken', 'reminder.level']),
    );
    for (const { at } of scenario.events) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?\+01:00$/);
  });

  it('says of a failed story where, what, and the one command that shows it again', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, readFileSync(story, 'utf8').replace('released: 1,', 'released: 2,'));
    const { exitCode, out } = await dosis('sim', 'run', file, '--seed', '2', '--junit', join(folder, 'report.xml'));
    expect(exitCode).toBe(1);
    expect(out).toContain('step 2. 2026-03-02 08:00:20 expect ');
    expect(out).toContain('expected  sachets released: 2');
    expect(out).toContain(`again: dosis sim run ${file} --seed 2`);
    expect(out).toContain('1 of 1 story failed');
    const xml = readFileSync(join(folder, 'report.xml'), 'utf8');
    expect(xml).toContain('failures="1"');
    expect(xml).toContain('expected sachets released: 2, was 1');
  });

  it('writes a trace that replays to the byte, and a changed one does not', async () => {
    const trace = join(folder, 'trace.jsonl');
    await dosis('sim', 'run', story, '--trace', trace);
    const same = await dosis('sim', 'replay', trace);
    expect(same.exitCode).toBe(0);
    expect(same.out).toMatch(/^✓ .+: \d+ entrances, the same to the byte/);
    writeFileSync(trace, readFileSync(trace, 'utf8').replace('"button.pressed"', '"quiet.requested"'));
    const other = await dosis('sim', 'replay', trace);
    expect(other.exitCode).toBe(1);
    expect(other.out).toMatch(/differs at .+trace\.jsonl:\d+ \(sensor quiet\.requested\)/);
  });

  it('refuses bad input in one sentence', async () => {
    expect(await usageOf('sim', 'run', 'nowhere.yaml')).toMatch(/^There is no file or folder "nowhere\.yaml"; name/);
    expect(await usageOf('sim', 'run', folder)).toMatch(
      /^The folder ".+" has no scenario in it; scenarios end in \.yaml\.$/,
    );
    expect(await usageOf('sim', 'run', story, '--seed', 'x')).toMatch(/Write a whole number from 0/);
    expect(await usageOf('sim', 'run', 'sim/scenarios', '--trace', join(folder, 't'))).toMatch(
      /^--trace writes the trace of one scenario, but \d+ were named/,
    );
    expect(await usageOf('sim', 'run', story, '--junit', join(folder, 'no/such/place'))).toMatch(
      /could not be written \(ENOENT\); name a file in a folder that exists\.$/,
    );
    expect(await usageOf('sim', 'run', story, '--junit', folder)).toMatch(
      /^".+" could not be written \(EISDIR\); that is a folder, name a file\.$/,
    );
    expect(printed).toBe('');
    mkdirSync(join(folder, 'odd', 'folder.yaml'), { recursive: true });
    expect(await usageOf('sim', 'run', join(folder, 'odd'))).toMatch(
      /^The scenarios of ".+odd" could not be read \(EISDIR: .+\); name files that you may read\.$/,
    );
    expect(await usageOf('sim', 'replay', story)).toMatch(
      /^"sim\/scenarios\/double-press\.yaml" is a story for the simulator, which "dosis sim run" plays; .+ a recording/,
    );
    writeFileSync(join(folder, 'no-trace'), 'hello\n');
    expect(await usageOf('sim', 'replay', join(folder, 'no-trace'))).toMatch(/no-trace:1: this line is not JSON/);
    writeFileSync(join(folder, 'trace'), '{"dosis":"trace"}\n');
    expect(await usageOf('sim', 'run', join(folder, 'trace'))).toMatch(
      /trace" is a recording, which "dosis sim replay" plays; .+ a story/,
    );
    expect(await usageOf('sim', 'soak')).toMatch(/required option '--years <n>' not specified/);
    expect(await usageOf('sim', 'soak', '--years', '0')).toMatch(/Write a whole number from 1/);
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, readFileSync(story, 'utf8').replace('"08:00"', '"25:00"'));
    expect(await usageOf('sim', 'run', file)).toBe(
      `${file}:6: "regimen.morgen.at" is "25:00": write a time of day from "00:00" to "23:59".`,
    );
    expect(existsSync(join(folder, 't'))).toBe(false);
  });
});

describe('dosis sim soak', () => {
  it('prints exactly the promised JSON document', async () => {
    const { exitCode, out } = await dosis('sim', 'soak', '--years', '1', '--seed', '9', '--json');
    expect(exitCode).toBe(0);
    const report = JSON.parse(out);
    expect(Object.keys(report)).toEqual([
      'seed',
      'deviceYears',
      'doses',
      'faultsInjected',
      'violations',
      'deviceYearsPerSecond',
      'traceHash',
    ]);
    expect(report).toMatchObject({ seed: 9, deviceYears: 1, faultsInjected: {}, violations: [] });
    expect(report.doses).toBeGreaterThan(1_000);
    expect(report.deviceYearsPerSecond).toBeGreaterThan(0);
  });

  it('reports the same to the byte however many years run at the same time, apart from the speed', async () => {
    const reportOf = async (jobs: string) => {
      const { out } = await dosis('sim', 'soak', '--years', '2', '--seed', '3', '--faults', '--jobs', jobs, '--json');
      expect(out).toMatch(/"deviceYearsPerSecond":[\d.]+,/);
      return out.replace(/"deviceYearsPerSecond":[\d.]+,/, '');
    };
    expect(await reportOf('2')).toBe(await reportOf('1'));
  });
});
