import { styleText } from 'node:util';
import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { UsageError } from '../program/usage-error.ts';
import { type CommandEntry, commands } from './commands.ts';

const footnote = `
With --json a command prints one JSON document and nothing else.
Exit code 0: everything held. 1: something did not. 2: the input was wrong.`;

/**
 * Runs one command line, e.g. `['sim', 'run', 'sim/scenarios']`. Only the module of the named command is loaded.
 * @throws UsageError when the line cannot be used
 */
export async function runCommandLine(
  args: readonly string[],
  entries: readonly CommandEntry[] = commands,
): Promise<void> {
  const program = await buildProgram(args, entries);
  try {
    await program.parseAsync(withoutHelpOnNothing(args, entries), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version have been shown. Help that nobody asked for means that a command was missing.
    if (error.code === 'commander.help' && args[0] !== 'help') {
      throw new UsageError('A command is missing; the list above names them.', { cause: error });
    }
  }
}

async function buildProgram(args: readonly string[], entries: readonly CommandEntry[]): Promise<Command> {
  const named = nameIn(args);
  const program = new Command('dosis')
    .description('A medication dose dispenser: its firmware, a simulator to run it in, and its service centre.')
    .version(packageJson.version, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', footnote)
    // Below a command, `--version` may mean something else.
    .enablePositionalOptions();
  for (const { name, summary, load } of entries) {
    program.addCommand(name === named ? (await load()).summary(summary) : new Command(name).summary(summary));
  }
  settle(program, 'dosis');
  return program;
}

/** The command the line names; commands come before their options. */
function nameIn(args: readonly string[]): string | undefined {
  const [first, second] = args;
  const name = first === 'help' ? second : first;
  return name?.startsWith('-') ? undefined : name;
}

/** Help on a command that does not exist is not the help on all of them: the name alone is answered as unknown. */
function withoutHelpOnNothing(args: readonly string[], entries: readonly CommandEntry[]): readonly string[] {
  const name = nameIn(args);
  return name === undefined || name === 'help' || entries.some((entry) => entry.name === name) ? args : [name];
}

/** Gives every command below `command` the same manners: one sentence that names it, never an exit on its own. */
function settle(command: Command, path: string): void {
  command
    .exitOverride()
    .configureHelp({ styleTitle: (title) => styleText('bold', title), showGlobalOptions: false })
    .configureOutput({
      outputError: (text) => {
        throw new UsageError(`${path}: ${sentence(text)} See: ${path} --help`);
      },
    });
  for (const child of command.commands) {
    settle(child.helpOption('-h, --help', 'show this help').helpCommand(false), `${path} ${child.name()}`);
  }
}

/** `error: unknown option '--sed'\n(Did you mean --seed?)` without the ceremony. */
function sentence(text: string): string {
  const words = text
    .replace(/^error: /, '')
    .trim()
    .split('\n')
    .join(' ');
  return /[.?!)]$/.test(words) ? words : `${words}.`;
}
