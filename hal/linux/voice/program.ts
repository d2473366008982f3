import { type ChildProcess, spawn } from 'node:child_process';

export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string | Uint8Array;
  /** It is killed after this, and has then failed. */
  readonly msMax: number;
  readonly onOutput?: (part: Buffer) => void;
}

export interface RunningProgram {
  /** Asks it to end, and kills it when it does not. */
  stop(): void;
}

/** How it ended. One that was stopped, by us or by whoever ended all of us with Ctrl-C, says nothing of how well it is. */
export type ProgramEnd = { readonly how: 'done' | 'stopped' } | { readonly how: 'failed'; readonly why: string };

/** What ends a program that nothing is wrong with. */
const STOPS: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);
/** A program that was told to end and does not is killed after this. */
const ENDING_MS_MAX = 500;
/** What a program says on stderr before it ends: the last line names the reason. */
const SAID_CHARS_MAX = 300;

/**
 * Runs a program beside this one. `over` is called once, never from inside this call, also for a program that is not there,
 * and on a machine that can start none.
 */
export function startProgram(run: ProgramRun, over: (end: ProgramEnd) => void): RunningProgram {
  const child = begin(run);
  if (child instanceof Error) {
    setImmediate(() => over(failed(child.message)));
    return { stop: () => undefined };
  }
  let said = '';
  let stuck = false;
  let ended = false;
  const patience = setTimeout(() => {
    stuck = true;
    child.kill('SIGKILL');
  }, run.msMax);
  const end = (how: ProgramEnd): void => {
    if (ended) return;
    ended = true;
    clearTimeout(patience);
    over(how);
  };
  child.stdout?.on('data', (part: Buffer) => run.onOutput?.(part));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_CHARS_MAX);
  });
  // A program that ends early closes the pipe; why it ended is told by its end.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(run.input);
  child.once('error', (error) => end(failed(error.message)));
  child.once('close', (code, signal) => {
    if (stuck) end(failed(`it did not end within ${run.msMax} ms`));
    else if (code === 0) end({ how: 'done' });
    else if (signal !== null && STOPS.has(signal)) end({ how: 'stopped' });
    else end(failed(said.trim().split('\n').at(-1) || `it ended with ${signal ?? `code ${code}`}`));
  });
  return {
    stop() {
      if (ended) return;
      child.kill('SIGTERM');
      const grace = setTimeout(() => child.kill('SIGKILL'), ENDING_MS_MAX);
      child.once('close', () => clearTimeout(grace));
    },
  };
}

function failed(why: string): ProgramEnd {
  return { how: 'failed', why };
}

/** Node throws when the machine can start no program at all, and tells later when there is no such one. */
function begin({ program, args }: ProgramRun): ChildProcess | Error {
  try {
    return spawn(program, args, { stdio: 'pipe' });
  } catch (error) {
    return error as Error;
  }
}
