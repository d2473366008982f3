import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CommandEntry } from '../../../tools/cli/commands.ts';
import { runCommandLine } from '../../../tools/cli/program.ts';
import { UsageError } from '../../../tools/program/usage-error.ts';

let loaded: string[] = [];
let ran: unknown[] = [];
let shown = '';

const entry = (name: string, build: (command: Command) => Command): CommandEntry => ({
  name,
  summary: `the ${name} of things`,
  load: async () => {
    loaded.push(name);
    return build(new Command(name));
  },
});

const entries = [
  entry('start', (command) =>
    command.option('--port <number>').action((options) => {
      ran.push(options);
    }),
  ),
  entry('sim', (command) => {
    command
      .command('run')
      .argument('<file...>')
      .option('--seed <n>')
      .action((files) => {
        ran.push(files);
      });
    return command;
  }),
];

const run = (...args: readonly string[]) => runCommandLine(args, entries);

beforeEach(() => {
  loaded = [];
  ran = [];
  shown = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a command line', () => {
  test('runs the command it names and loads no other', async () => {
    await run('sim', 'run', 'a.yaml', 'b.yaml');
    expect(ran).toEqual([['a.yaml', 'b.yaml']]);
    expect(loaded).toEqual(['sim']);
  });

  test.each([['--help'], ['help']])('%s shows every command and loads none', async (word) => {
    await run(word);
    expect(shown).toContain('the start of things');
    expect(shown).toContain('the sim of things');
    expect(loaded).toEqual([]);
  });

  test.each([
    ['sim', 'run', '--help'],
    ['help', 'sim'],
  ])('%s %s shows that command alone', async (...line) => {
    await run(...line);
    expect(shown).toMatch(/^Usage: dosis sim/);
    expect(loaded).toEqual(['sim']);
  });

  test('--version shows the number of the package', async () => {
    await run('--version');
    expect(shown).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a line that cannot be used is answered with one sentence', () => {
  test.each([
    ['an unknown command', ['strat'], "dosis: unknown command 'strat' (Did you mean start?) See: dosis --help"],
    [
      'help on an unknown command',
      ['help', 'strat'],
      "dosis: unknown command 'strat' (Did you mean start?) See: dosis --help",
    ],
    ['an unknown command, asked for its help', ['x', '--help'], "dosis: unknown command 'x'. See: dosis --help"],
    ['an unknown command like none', ['x'], "dosis: unknown command 'x'. See: dosis --help"],
    [
      'an unknown option',
      ['start', '--prot', '1'],
      "dosis start: unknown option '--prot' (Did you mean --port?) See: dosis start --help",
    ],
    [
      'a missing argument',
      ['sim', 'run'],
      "dosis sim run: missing required argument 'file'. See: dosis sim run --help",
    ],
    [
      'a missing value',
      ['start', '--port'],
      "dosis start: option '--port <number>' argument missing. See: dosis start --help",
    ],
    ['an unknown part', ['sim', 'fly'], "dosis sim: unknown command 'fly'. See: dosis sim --help"],
    ['an option before the command', ['--port', '1'], "dosis: unknown option '--port'. See: dosis --help"],
  ])('%s', async (_, line, sentence) => {
    const error = await run(...line).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toBe(sentence);
    expect(ran).toEqual([]);
  });

  test.each([[[]], [['sim']]])('no command in %j', async (line) => {
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    await expect(run(...line)).rejects.toThrow(UsageError);
  });
});

test('a fault inside a command comes through as it is', async () => {
  const fault = new TypeError('x is undefined');
  const broken = entry('start', (command) =>
    command.action(() => {
      throw fault;
    }),
  );
  await expect(runCommandLine(['start'], [broken])).rejects.toBe(fault);
});
