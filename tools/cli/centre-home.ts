import { type Command, Option } from 'commander';
import { isProtocolError } from '../../protocol/errors.ts';
import type { Language } from '../../protocol/messages/config.ts';
import { HomeError } from '../centre/authority/home.ts';
import { problemOf } from '../centre/orders/order-error.ts';
import { unwritableFile } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { centreWords, languageOption } from './centre-words.ts';

export const DEFAULT_HOME = 'dosis-centre';

export interface HomeFlags {
  readonly home: string;
  readonly lang: Language;
  readonly json?: true;
}

/** Gives a subcommand of `dosis centre` its `--home`, `--lang` and `--json`. */
export function withHome(command: Command): Command {
  return command
    .addOption(new Option('--home <folder>', 'where the centre keeps its keys').default(DEFAULT_HOME))
    .addOption(languageOption())
    .option('--json', 'print one JSON document');
}

/** Does a piece of work on a home; what a person can mend is said in one sentence. @throws UsageError */
export async function atHome<T>(work: () => T | Promise<T>, language: Language): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HomeError) throw new UsageError(error.said[language], { cause: error });
    if (isProtocolError(error)) {
      throw new UsageError(centreWords[language].home.enrolmentRefused(problemOf(error).said[language]), {
        cause: error,
      });
    }
    const { syscall, path } = error as NodeJS.ErrnoException;
    if (syscall === undefined || path === undefined) throw error;
    // The names that a file or a home has while it is being made.
    throw unwritableFile(path.replace(/\.new$|\.unfinished(\/.*)?$/, ''), error, language);
  }
}

/** One JSON document, or one sentence. */
export function tell(json: true | undefined, document: object, sentence: string): void {
  process.stdout.write(`${json === true ? JSON.stringify(document) : sentence}\n`);
}
