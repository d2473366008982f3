import { type ChildProcess, spawn } from 'node:child_process';
import type { Child, ChildEvent, Program } from '../ports/child.ts';
import { loaderEnvironment } from './loader-line.ts';
import { endRemembered, rememberProcess } from './pid-file.ts';
import { layOut } from './program-folder.ts';
import { RESTART_EXIT_CODE } from './watchdog.ts';

export interface ChildOptions {
  /** Where images are laid out; nothing else may lie there. */
  readonly folder: string;
  /** Remembers the process, so that one which outlived its loader is ended before the next begins. */
  readonly pidFile: string;
  /** What follows the entry on the program's command line. */
  readonly args: readonly string[];
}

/** The firmware as a Node process on the runtime of this one, with a line of IPC to it. */
export function createChild({ folder, pidFile, args }: ChildOptions): Child {
  let tell: (event: ChildEvent) => void = () => undefined;
  let current: ChildProcess | undefined;
  /** An end that is asked for while the program is still being laid out. */
  let unwanted = false;

  const ended = (asked: boolean, reason: string): void => {
    current = undefined;
    tell({ type: 'child.ended', asked, reason });
  };

  const run = async (program: Program): Promise<void> => {
    await endRemembered(pidFile);
    const entry = await layOut(folder, program.hash, program.body);
    if (unwanted) {
      ended(false, 'it was ended before it began');
      return;
    }
    const child = spawn(process.execPath, [entry, ...args], {
      env: environmentOf(program),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    current = child;
    if (child.pid !== undefined) rememberProcess(pidFile, child.pid);
    child.on('message', (word) => {
      if (word === 'alive' || word === 'confirmed') tell({ type: `child.${word}` });
    });
    child.once('error', (error) => current === child && ended(false, `it could not be started (${error.message})`));
    child.once('exit', (code, signal) => {
      if (current === child) ended(code === RESTART_EXIT_CODE, reasonOf(code, signal));
    });
  };

  const end = (signal: 'SIGTERM' | 'SIGKILL'): void => {
    unwanted = true;
    current?.kill(signal);
  };
  return {
    listen(listener) {
      tell = listener;
    },
    start(program) {
      unwanted = false;
      run(program).catch((error: Error) => ended(false, `it could not be laid out: ${error.message}`));
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function environmentOf({ hash, rehearsal }: Program): NodeJS.ProcessEnv {
  const { [loaderEnvironment.rehearsal]: _earlier, ...environment } = process.env;
  return {
    ...environment,
    [loaderEnvironment.image]: hash,
    ...(rehearsal !== null && { [loaderEnvironment.rehearsal]: rehearsal }),
  };
}

function reasonOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (code === RESTART_EXIT_CODE) return 'it asked to be started again';
  return signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
}
