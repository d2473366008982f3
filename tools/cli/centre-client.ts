import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Language } from '../../protocol/messages/config.ts';
import { pathsOf } from '../centre/authority/home.ts';
import type { OrderProblem } from '../centre/orders/order-error.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { durationIn, instantIn, zoneHere } from '../program/instants.ts';
import { codeOf } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { DEFAULT_HOME } from './centre-home.ts';
import { centreWords, languageOption } from './centre-words.ts';

/** What every command that talks to a running centre may be given. */
export interface CentreFlags {
  readonly centre: string;
  readonly home: string;
  readonly tokenFile?: string;
  readonly by: string;
  readonly reason: string;
  readonly lang: Language;
  readonly wait?: true;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly json?: true;
}

const ANSWER_MS_MAX = 30_000;
/** Between two looks at what is waited for. */
const LOOK_MS = 250;
const tooLong = new Set(['TimeoutError', 'AbortError']);

/** Adds the options of `CentreFlags`; those of whoever changes something only `withOrigin`. */
export function withCentre(command: Command): Command {
  return command
    .option('--centre <url>', 'the running service centre', readHttpUrl, 'http://127.0.0.1:7170')
    .addOption(
      new Option('--home <folder>', 'where the centre keeps its keys and the operator token').default(DEFAULT_HOME),
    )
    .option('--token-file <file>', 'the operator token, when it is not in the home')
    .addOption(languageOption())
    .option('--json', 'print one JSON document');
}

export function withOrigin(command: Command): Command {
  return command
    .option('--by <id>', 'who asks, an id and no name', 'operator')
    .option('--reason <text>', 'a note for the history, without a name or a citizen number', '')
    .option('--wait', 'wait for the last word of the unit; exit 0 only when it is done')
    .option('--timeout <duration>', 'wait no longer than this, e.g. 10m', readDurationMs);
}

/** The HTTP of a running centre (tools/centre/api). */
export class CentreClient {
  readonly #url: string;
  readonly #flags: Pick<CentreFlags, 'home' | 'tokenFile' | 'lang'>;

  constructor({ centre, home, tokenFile, lang }: Pick<CentreFlags, 'centre' | 'home' | 'tokenFile' | 'lang'>) {
    this.#url = centre.replace(/\/$/, '');
    this.#flags = { home, lang, ...(tokenFile === undefined ? {} : { tokenFile }) };
  }

  get #words() {
    return centreWords[this.#flags.lang].client;
  }

  /** @throws UsageError, DocumentRefusal */
  get<T>(path: string): Promise<T> {
    return this.#ask<T>(path, { headers: {} });
  }

  /** With the operator token. @throws UsageError */
  getClosed<T>(path: string): Promise<T> {
    return this.#ask<T>(path, { headers: this.#bearer() });
  }

  /** @throws UsageError, DocumentRefusal */
  post<T>(path: string, body: object): Promise<T> {
    const headers = { ...this.#bearer(), 'content-type': 'application/json' };
    return this.#ask<T>(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  #bearer(): { authorization: string } {
    const { home, tokenFile = pathsOf(home).operatorToken } = this.#flags;
    try {
      return { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };
    } catch (error) {
      throw new UsageError(this.#words.tokenUnreadable(tokenFile, codeOf(error)), { cause: error });
    }
  }

  async #ask<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.#fetch(path, init);
    const text = await response.text();
    if (response.ok) return this.#parsed<T>(text);
    const { error, problems = [] } = refusalIn(text);
    if (response.status >= 500 && response.status !== 503) throw new Error(error);
    throw problems.length > 0 ? new DocumentRefusal(problems) : new UsageError(error);
  }

  #parsed<T>(text: string): T {
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new UsageError(this.#words.unexpected(this.#url), { cause: error });
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      const headers = { ...init.headers, 'accept-language': this.#flags.lang };
      return await fetch(this.#url + path, { ...init, headers, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    } catch (error) {
      const { name } = error as Error;
      const { tooSlow, noAnswer } = this.#words;
      const sentence = tooLong.has(name) ? tooSlow(this.#url, ANSWER_MS_MAX / 1000) : noAnswer(this.#url);
      throw new UsageError(sentence, { cause: error });
    }
  }
}

/** A document or command with problems, all of them; exit code 2. */
export class DocumentRefusal extends UsageError {
  readonly problems: readonly OrderProblem[];
  constructor(problems: readonly OrderProblem[]) {
    super(problems.map(({ sentence }) => sentence).join('\n'));
    this.name = 'DocumentRefusal';
    this.problems = problems;
  }
}

/** Runs a command; with `--json` also what was wrong with a document is one JSON document. */
export async function speaking(flags: Pick<CentreFlags, 'json'>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (flags.json !== true || !(error instanceof DocumentRefusal)) throw error;
    print(JSON.stringify({ problems: error.problems }));
    process.exitCode = exitCodes.usage;
  }
}

/** Looks until `isOver`, or until the time is over. */
export async function waitFor<T>(look: () => Promise<T>, isOver: (seen: T) => boolean, timeoutMs: number): Promise<T> {
  const untilMs = performance.now() + timeoutMs;
  let seen = await look();
  while (!isOver(seen) && performance.now() < untilMs) {
    await delay(LOOK_MS);
    seen = await look();
  }
  return seen;
}

export function print(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** An instant by the clocks of this machine, with their zone. */
export function when(ms: number, language: Language = 'en'): string {
  const [date, time] = [
    { year: 'numeric', month: 'numeric', day: 'numeric' },
    { hour: 'numeric', minute: 'numeric', second: 'numeric' },
  ] as const;
  return new Date(ms).toLocaleString(centreWords[language].locale, { ...date, ...time, timeZoneName: 'short' });
}

function readDurationMs(text: string): number {
  const seconds = durationIn(text);
  if (seconds === undefined) throw new InvalidArgumentError('A duration is a number with s, m, h or d, such as 30m.');
  return seconds * 1000;
}

/** How long from now, or an instant by the clocks that `when` shows, such as 2026-11-21T10:00. Epoch seconds. */
export function readInstantS(text: string): number {
  return readS(text, 1, 'An instant is a duration from now, such as 2h, or 2026-11-21T10:00.');
}

/** The same, with how long ago. */
export function readPastS(text: string): number {
  return readS(text, -1, 'An instant is how long ago it was, such as 2h, or 2026-11-21T10:00.');
}

function readS(text: string, direction: 1 | -1, what: string): number {
  const distance = durationIn(text);
  const seconds =
    distance === undefined ? instantIn(text, zoneHere()) : Math.floor(Date.now() / 1000) + direction * distance;
  if (seconds === undefined) throw new InvalidArgumentError(what);
  return seconds;
}

function readHttpUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new InvalidArgumentError('A service centre has an address such as http://127.0.0.1:7170.');
}

function refusalIn(text: string): { readonly error: string; readonly problems?: readonly OrderProblem[] } {
  try {
    return JSON.parse(text) as { error: string };
  } catch {
    return { error: text.trim() };
  }
}
