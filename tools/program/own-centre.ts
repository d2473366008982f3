import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type CentreReport, CLOSE_MS_MAX } from './supervision.ts';
import { UsageError } from './usage-error.ts';

/** A service centre in a process of its own, started and ended by this one. */
export interface OwnCentre {
  readonly httpUrl: string;
  readonly brokerUrl: string;
  readonly pid: number;
  /** Resolves when the process has ended by itself, with how: `exit code 1`, `SIGKILL`. */
  readonly fallen: Promise<string>;
  /** Lets go of the process and waits for its end. */
  close(): Promise<void>;
}

/** It could not start, for a reason that the person can mend; `port` when another port would do. */
export class CentreRefusal extends UsageError {
  readonly port: boolean;
  constructor(sentence: string, port: boolean) {
    super(sentence);
    this.name = 'CentreRefusal';
    this.port = port;
  }
}

/** A loaded machine needs two seconds. */
const READY_MS_MAX = 30_000;

/** What to run it with: an embedded broker and a database in memory. */
const ALONE = { args: ['--mqtt-port', '0', '--database', ':memory:'], trouble: 'told' } as const;

/**
 * Runs `dosis centre`: the same program on the same Node, whether compiled or straight from TypeScript. The two are joined
 * by an IPC channel; when it closes, in whatever way this process ends, the centre ends too.
 * @param httpPort 0 lets the system choose
 * @param how further options of the command, and whether what it has to say is told
 * @throws CentreRefusal; Error when the process ends, or says nothing, before it is ready
 */
export async function startOwnCentre(
  httpPort: number,
  how: { readonly args: readonly string[]; readonly trouble: 'told' | 'untold' } = ALONE,
): Promise<OwnCentre> {
  const [, entry = ''] = process.argv;
  const args = ['centre', '--supervised', '--http-port', String(httpPort), ...how.args];
  const child = fork(entry, args, {
    stdio: ['ignore', 'ignore', how.trouble === 'told' ? 'inherit' : 'ignore', 'ipc'],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  try {
    const { httpUrl, brokerUrl } = await readiness(child, ended);
    const close = () => letGo(child, ended);
    return { httpUrl, brokerUrl, pid: child.pid ?? 0, fallen: ended, close };
  } catch (error) {
    await letGo(child, ended);
    throw error;
  }
}

async function readiness(child: ChildProcess, ended: Promise<string>): Promise<CentreReport & { type: 'ready' }> {
  const report = await Promise.race([
    once(child, 'message').then(([message]) => message as CentreReport),
    ended.then((how) => {
      throw new Error(`the service centre ended before it was ready (${how})`);
    }),
    once(AbortSignal.timeout(READY_MS_MAX), 'abort').then(() => {
      throw new Error(`the service centre was not ready after ${READY_MS_MAX / 1000} s`);
    }),
  ]);
  if (report.type === 'refused') throw new CentreRefusal(report.sentence, report.port);
  return report;
}

async function letGo(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.connected) child.disconnect();
  const impatience = setTimeout(() => child.kill('SIGKILL'), 2 * CLOSE_MS_MAX);
  await ended;
  clearTimeout(impatience);
}
