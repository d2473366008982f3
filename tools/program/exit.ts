import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from './exit-codes.ts';
import { unwritable } from './unwritable.ts';
import { UsageError } from './usage-error.ts';

/** Says what went wrong in one sentence on stderr, and returns the exit code. */
export function report(error: unknown, logDir = defaultLogDir()): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`dosis stopped on a fault of its own (${firstLine(reason)}). ${keepTrace(error, logDir)}\n`);
  return exitCodes.failed;
}

/**
 * A reader that closes the pipe early (`| head`) ends the program without a word, and with the exit code of SIGPIPE, so
 * that a run that was cut short never counts as one that held. Anything else, such as a full disk, is the person's to
 * mend and is said in one sentence.
 */
export function endWhenUnwritable(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.pipeClosed);
    throw unwritable('The output', error, 'send it somewhere else');
  });
}

function defaultLogDir(): string {
  return join(process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'dosis');
}

/** Keeps the last unexpected error only, so the file cannot grow. */
function keepTrace(error: unknown, logDir: string): string {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const file = join(logDir, 'error.log');
  try {
    mkdirSync(logDir, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${new Date().toISOString()} node ${process.version}\n${trace}\n`, { mode: 0o600 });
    return `The details are in ${file}`;
  } catch {
    return `The details could not be written to ${file}, so here they are:\n${trace}`;
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
