import { type Command, Option } from 'commander';
import { isProtocolError } from '../../protocol/errors.ts';
import { HomeError } from '../centre/authority/home.ts';
import { unwritable } from './unwritable.ts';
import { UsageError } from './usage-error.ts';

export const DEFAULT_HOME = 'dosis-centre';

export interface HomeFlags {
  readonly home: string;
  readonly json?: true;
}

/** Gives a subcommand of `dosis centre` its `--home` and `--json`. */
export function withHome(command: Command): Command {
  return command
    .addOption(new Option('--home <folder>', 'where the centre keeps its keys').default(DEFAULT_HOME))
    .option('--json', 'print one JSON document');
}

/** Does a piece of work on a home; what a person can mend is said in one sentence. @throws UsageError */
export async function atHome<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HomeError) throw new UsageError(error.message, { cause: error });
    if (isProtocolError(error))
      throw new UsageError(`The enrolment cannot be made: ${error.message}`, { cause: error });
    const { syscall, path } = error as NodeJS.ErrnoException;
    if (syscall === undefined || path === undefined) throw error;
    // The names that a file or a home has while it is being made.
    throw unwritable(`"${path.replace(/\.(new|unfinished)$/, '')}"`, error);
  }
}

/** One JSON document, or one sentence. */
export function tell(json: true | undefined, document: object, sentence: string): void {
  process.stdout.write(`${json === true ? JSON.stringify(document) : sentence}\n`);
}
