import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Language } from '../../protocol/messages/config.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { readPass } from '../technician/files.ts';
import { findPorts } from '../technician/find-port.ts';
import { openPort } from '../technician/port.ts';
import { mistake, type TechProblem } from '../technician/problem.ts';
import { problemOf } from '../technician/refusals.ts';
import type { Patience } from '../technician/smp-client.ts';
import { Visit } from '../technician/visit.ts';
import { type TechWords, techWords } from '../technician/words.ts';
import { readCablePort } from './options.ts';
import { TechTerminal } from './tech-terminal.ts';

export interface TechFlags {
  readonly lang: Language;
  readonly json?: true;
}

export interface PortFlags extends TechFlags {
  readonly port?: string;
  readonly baud: number;
  readonly pass?: string;
}

/** What a command works with: the words, and what it may write to. */
export interface Desk {
  readonly t: TechWords;
  readonly terminal: TechTerminal;
  readonly signal: AbortSignal;
}

const CODE_OF_CTRL_C = 130;
const BAUD_RATE = 115_200;
const BAUD_RATE_MAX = 4_000_000;

/** Gives a command of `dosis tech` the options that all of them have. */
export function withWords(command: Command): Command {
  return command
    .addOption(new Option('--lang <language>', 'of what is said').choices(['da', 'en']).default('da'))
    .option('--json', 'print one JSON document and nothing else');
}

/** And those of a command that goes over the cable. */
export function withCable(command: Command): Command {
  return withWords(command)
    .option('--port <path>', 'the port of the cable (default: the one there is)', readCablePort)
    .option('--baud <rate>', 'bits a second; a cable by USB does not care', readBaud, BAUD_RATE)
    .addOption(new Option('--pass <file>', 'the technician’s pass').env('DOSIS_PASS'));
}

/**
 * Runs a command; whatever a technician can mend or must know is said in one sentence, or as JSON.
 * @param standing how things stand when it ends with a problem, or is interrupted
 */
export async function atDesk(
  flags: TechFlags,
  work: (desk: Desk) => Promise<void>,
  standing: (problem: TechProblem | null) => string | undefined = () => undefined,
): Promise<void> {
  const t = techWords[flags.lang];
  const terminal = new TechTerminal(t, flags.json === true);
  const interruption = new Interruption();
  try {
    await work({ t, terminal, signal: interruption.signal });
  } catch (error) {
    const problem = problemOf(t, error, null);
    if (problem !== undefined) say(terminal, problem, standing(problem));
    else if (interruption.signal.aborted) interrupted(terminal, [t.standing.interrupted, standing(null) ?? []].flat());
    else throw error;
  } finally {
    interruption.over();
  }
}

/** Runs a command at a unit. The session that it opened is ended with it, however it ends. */
export function visiting(
  flags: PortFlags,
  work: (visit: Visit, desk: Desk) => Promise<void>,
  patience: Patience = {},
): Promise<void> {
  let visited: Visit | undefined;
  return atDesk(
    flags,
    async (desk) => {
      const path = flags.port ?? (await choosePort(desk));
      const noted = (visit: Visit) => {
        visited = visit;
        return work(visit, desk);
      };
      await atPort(desk, { ...flags, port: path }, noted, patience);
    },
    (problem) => visited && (problem === null ? visited.standing : standingAfter(problem, visited)),
  );
}

/** Works at the unit behind a port, and ends the session there. @throws TechProblem for whatever a technician can mend */
export async function atPort<T>(
  { t, signal }: Desk,
  { port, baud, pass }: PortFlags & { readonly port: string },
  work: (visit: Visit) => Promise<T>,
  patience: Patience = {},
): Promise<T> {
  let leaving = false;
  const onRequest = () => {
    if (!leaving) signal.throwIfAborted();
  };
  const { client, reopen, close } = await openPort(t, port, { baudRate: baud, onRequest, ...patience });
  const hasPass = pass !== undefined;
  const visit = new Visit({ t, client, reopen, hasPass, pass: () => passOf(t, pass), signal, nowMs: Date.now });
  try {
    return await work(visit);
  } catch (error) {
    throw problemOf(t, error, visit.session?.role ?? null) ?? error;
  } finally {
    leaving = true;
    await visit.leave();
    close();
  }
}

function passOf(t: TechWords, file: string | undefined) {
  if (file === undefined) throw mistake(t, 'passNeeded');
  return readPass(t, file);
}

export async function choosePort({ t, terminal, signal }: Desk): Promise<string> {
  const found = await findPorts();
  const [only, second] = found;
  if (only === undefined) throw mistake(t, 'noPort');
  if (second === undefined) return only.path;
  const paths = found.map(({ path }) => path);
  if (!terminal.canAsk) throw mistake(t, 'severalPorts', paths);
  const names = found.map(({ path, maker }) => (maker === '' ? path : `${path} (${maker})`));
  return paths[await terminal.choose(t.ports.heading, names, t.ports.question(names.length), signal)] ?? only.path;
}

/** That nothing was done goes without saying where the mistake was found before anything began. */
function standingAfter({ exitCode }: TechProblem, { standing, t }: Visit): string | undefined {
  return exitCode === exitCodes.usage && standing === t.standing.untouched ? undefined : standing;
}

function say(terminal: TechTerminal, { code, message, exitCode }: TechProblem, standing?: string): void {
  process.exitCode = exitCode;
  terminal.problem({ code, sentence: message, ...(standing === undefined ? {} : { standing }) });
}

function interrupted(terminal: TechTerminal, sentences: readonly string[]): void {
  process.exitCode = CODE_OF_CTRL_C;
  terminal.problem({ code: 'interrupted', sentence: sentences.join(' ') });
}

/** Ctrl-C and a service manager's stop. The second one does not wait for the unit's answer. */
class Interruption {
  readonly #controller = new AbortController();
  readonly #signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

  constructor() {
    for (const signal of this.#signals) process.on(signal, this.#hear);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  over(): void {
    for (const signal of this.#signals) process.removeListener(signal, this.#hear);
  }

  readonly #hear = (): void => {
    if (this.signal.aborted) process.exit(CODE_OF_CTRL_C);
    this.#controller.abort();
  };
}

function readBaud(text: string): number {
  const rate = Number(text);
  if (/^\d+$/.test(text) && rate >= 300 && rate <= BAUD_RATE_MAX) return rate;
  throw new InvalidArgumentError(`A rate is a whole number of bits a second from 300 to ${BAUD_RATE_MAX}.`);
}
