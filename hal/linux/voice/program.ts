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

/** A program that was told to end and does not is killed after this. */
const ENDING_MS_MAX = 500;
/** What a program says on stderr before it ends: the last line names the reason. */
const SAID_CHARS_MAX = 300;

/**
 * Runs a program beside this one. `over` is called once, never from inside this call, with the reason why it failed or
 * null; also for a program that is not there, and on a machine that can start none.
 */
export function startProgram(run: ProgramRun, over: (problem: string | null) => void): RunningProgram {
  const child = begin(run);
  if (child instanceof Error) {
    setImmediate(() => over(child.message));
    return { stop: () => undefined };
  }
  let said = '';
  let stuck = false;
  let ended = false;
  const patience = setTimeout(() => {
    stuck = true;
    child.kill('SIGKILL');
  }, run.msMax);
  const end = (problem: string | null): void => {
    if (ended) return;
    ended = true;
    clearTimeout(patience);
    over(problem);
  };
  child.stdout?.on('data', (part: Buffer) => run.onOutput?.(part));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_CHARS_MAX);
  });
  // A program that ends early closes the pipe; why it ended is told by its end.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(run.input);
  child.once('error', (error) => end(error.message));
  child.once('close', (code) => {
    if (stuck) end(`it did not end within ${run.msMax} ms`);
    else end(code === 0 ? null : said.trim().split('\n').at(-1) || `it ended with code ${code}`);
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

/** Node throws when the machine can start no program at all, and tells later when there is no such one. */
function begin({ program, args }: ProgramRun): ChildProcess | Error {
  try {
    return spawn(program, args, { stdio: 'pipe' });
  } catch (error) {
    return error as Error;
  }
}
