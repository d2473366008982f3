import { Command, InvalidArgumentError } from 'commander';
import { type CommandType, selfTestParts } from '../../protocol/messages/command.ts';
import type { Language } from '../../protocol/messages/config.ts';
import { isDeviceId } from '../../protocol/topics.ts';
import type { CommandReading } from '../centre/orders/order-readings.ts';
import { answerLines, orderWords } from '../centre/orders/words.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { UsageError } from '../program/usage-error.ts';
import {
  CentreClient,
  type CentreFlags,
  print,
  readInstantS,
  readPastS,
  speaking,
  waitFor,
  when,
  withCentre,
  withOrigin,
} from './centre-client.ts';
import { checkWritable, fetchLog } from './centre-log.ts';
import { centreWords } from './centre-words.ts';
import { fetchProgress } from './fetch-progress.ts';

interface Flags extends CentreFlags {
  readonly expires?: number;
  readonly until?: number;
  readonly button?: readonly string[];
  readonly parts?: readonly string[];
  readonly trace?: true;
  readonly out?: string;
  readonly since?: number;
  readonly bytes?: number;
  readonly status?: string;
}

interface Verb {
  readonly type: CommandType;
  /** As the person writes it after the id. */
  readonly form: string;
  readonly does: string;
  /** The fields of the command; undefined when the words do not make one. */
  readonly fields: (words: readonly string[], flags: Flags) => Record<string, unknown> | undefined;
}

const LOG_BYTES_USUAL = 65_536;
/** After the expiry an answer may still come; the unit may have done it in time and be offline. */
const GRACE_MS = 5_000;

const none = (words: readonly string[]) => (words.length === 0 ? {} : undefined);

const verbs: Readonly<Record<string, Verb>> = {
  'take-out': {
    type: 'openTakeOut',
    form: 'take-out N [--until TIME]',
    does: 'let N doses be taken out ahead for a trip',
    fields: ([doses, ...rest], flags) =>
      rest.length > 0 || doses === undefined
        ? undefined
        : { doses: count(doses, flags), ...given('awayUntil', flags.until) },
  },
  pause: { type: 'pause', form: 'pause', does: 'keep all doses back, for example in hospital', fields: none },
  resume: { type: 'resume', form: 'resume', does: 'go on after a pause', fields: none },
  extend: {
    type: 'extendWindow',
    form: 'extend SLOT DATE MINUTES',
    does: 'keep the window of one dose open longer, once',
    fields: ([slot, date, minutes, ...rest], flags) =>
      rest.length > 0 || minutes === undefined ? undefined : { slot, date, minutes: count(minutes, flags) },
  },
  silence: {
    type: 'silence',
    form: 'silence MINUTES',
    does: 'turn the reminder’s sound off for a while',
    fields: ([minutes, ...rest], flags) =>
      rest.length > 0 || minutes === undefined ? undefined : { minutes: count(minutes, flags) },
  },
  message: {
    type: 'message',
    form: 'message TEXT [--button WORD …]',
    does: 'show and speak a message, with up to three answers',
    fields: ([text, ...rest], { button }) =>
      rest.length > 0 || text === undefined ? undefined : { text, ...given('buttons', button) },
  },
  'self-test': {
    type: 'selfTest',
    form: 'self-test [--parts lamp,motor,…]',
    does: 'look at its own parts and say what is not well; with --wait exit 1 if something is not',
    fields: (words, { parts }) => (words.length > 0 ? undefined : given('parts', parts)),
  },
  'send-log': {
    type: 'sendLog',
    form: 'send-log [--trace] [--since TIME] [--bytes N] [--out FILE]',
    does: 'send what it has written down',
    fields: (words, { trace, since, bytes = LOG_BYTES_USUAL }) =>
      words.length > 0
        ? undefined
        : { source: trace === true ? 'trace' : 'log', bytesMax: bytes, ...given('since', since) },
  },
  restart: { type: 'restart', form: 'restart', does: 'restart, when no dose is under way', fields: none },
  update: {
    type: 'update',
    form: 'update VERSION|HASH',
    does: 'fetch firmware of "dosis centre image", and try it when no dose is near',
    fields: ([image, ...rest]) => (rest.length > 0 || image === undefined ? undefined : { image }),
  },
};

const forms = Object.values(verbs)
  .map(({ form, does }) => `  ${form}\n      ${does}`)
  .join('\n');

/** `dosis centre send`: asks something of a unit, by way of a running centre. */
export function centreSendCommand(): Command {
  return withOrigin(withCentre(new Command('send')))
    .description('ask something of a unit, by way of a running service centre')
    .argument('[id]', 'the unit')
    .argument('[command...]', 'what it is asked, see below')
    .option('--expires <time>', 'not to be done after this: 30m, 2h, 2026-11-21T10:00', readInstantS)
    .option('--until <time>', 'quiet until then while the citizen is away', readInstantS)
    .option('--button <word>', 'an answer to a message; up to three', (word: string, all: string[] = []) => [
      ...all,
      word,
    ])
    .option(
      '--parts <list>',
      'what a self-test looks at, with commas; all that the unit can tell of unless named',
      readParts,
    )
    .option('--trace', 'send-log sends the end of the field trace instead of the log')
    .option('--out <file>', 'wait for the log that send-log asks for, and keep it in a file')
    .option('--since <time>', 'only what is newer', readPastS)
    .option('--bytes <n>', 'the most that send-log sends', readWhole)
    .option(
      '--status <id>',
      'show the latest commands of a unit and its answers; after a unit, the command of that number',
    )
    .addHelpText('after', `\nCommands:\n${forms}`)
    .action((id: string | undefined, words: readonly string[], flags: Flags) =>
      speaking(flags, () => (flags.status === undefined ? send(id, words, flags) : status(id, flags.status, flags))),
    );
}

async function send(id: string | undefined, [name, ...words]: readonly string[], flags: Flags): Promise<void> {
  const t = centreWords[flags.lang].send;
  const device = readDevice(id, flags);
  const verb = Object.hasOwn(verbs, name ?? '') ? verbs[name ?? ''] : undefined;
  if (verb === undefined) {
    throw new UsageError(t.noCommand(name ?? '', Object.keys(verbs).join(', ')));
  }
  const fields = verb.fields(words, flags);
  if (fields === undefined) throw new UsageError(t.form(verb.form));
  if (flags.out !== undefined) checkOut(verb, flags.out, flags.lang);
  const { by: author, reason, expires: expiresAt } = flags;
  const client = new CentreClient(flags);
  const body = { ...fields, type: verb.type, author, reason, expiresAt };
  const { command, assumed } = await client.post<{ command: CommandReading; assumed: readonly string[] }>(
    `/api/devices/${device}/commands`,
    body,
  );
  if (flags.json !== true && assumed.includes('presence')) {
    print(orderWords[flags.lang].presenceUnheard(device));
  }
  await follow(client, command, flags);
}

async function follow(client: CentreClient, command: CommandReading, flags: Flags): Promise<void> {
  const { device, id, expiresS } = command;
  const progress = fetchProgress(client, flags);
  const look = async () => {
    const seen = await client.get<CommandReading>(`/api/devices/${device}/commands/${id}`);
    await progress(seen);
    return seen;
  };
  const over = ({ state }: CommandReading) => state !== 'made' && state !== 'sent' && state !== 'accepted';
  const timeoutMs = flags.timeout ?? Math.max(0, expiresS * 1000 - Date.now()) + GRACE_MS;
  const waits = flags.wait === true || flags.out !== undefined;
  const seen = waits ? await waitFor(look, over, timeoutMs) : command;
  const log = await logOf(client, seen, flags);
  if (flags.json === true) print(JSON.stringify({ ...seen, ...(log === undefined ? {} : { log: log.fetched }) }));
  else print(...commandLines(seen, flags), ...(log === undefined ? [] : [log.line]));
  if (waits && !holds(seen)) process.exitCode = exitCodes.failed;
}

/** A self-test that was done and found something has not held. */
function holds({ state, answers }: CommandReading): boolean {
  const last = answers.at(-1);
  return state === 'done' && !(last?.status === 'done' && last.faulty !== undefined);
}

/** What a unit has sent, when somebody wants it in a file and it says that it did. */
async function logOf(client: CentreClient, { device, id, answers }: CommandReading, { out, lang }: Flags) {
  const last = answers.at(-1);
  if (out === undefined || last?.status !== 'done' || last.logBytes === undefined) return undefined;
  return fetchLog(client, { device, id, bytes: last.logBytes }, { file: out, lang });
}

/** Of a unit the latest; of one named before it, as in the line that `send` has printed, the one of that number. */
async function status(unit: string | undefined, asked: string, flags: Flags): Promise<void> {
  const ofOne = unit !== undefined && unit !== asked;
  if (ofOne ? !wholePattern.test(asked) : commandNumber.test(asked)) {
    throw new UsageError(centreWords[flags.lang].send.statusOf);
  }
  const device = readDevice(unit ?? asked, flags);
  const path = `/api/devices/${device}/commands`;
  const client = new CentreClient(flags);
  if (ofOne) {
    const command = await client.get<CommandReading>(`${path}/${asked}`);
    return print(...(flags.json === true ? [JSON.stringify(command)] : commandLines(command, flags)));
  }
  const found = await client.get<{ commands: CommandReading[] }>(path);
  if (flags.json === true) return print(JSON.stringify(found));
  if (found.commands.length === 0) return print(orderWords[flags.lang].nothingAsked(device));
  for (const command of found.commands) print(...commandLines(command, flags));
}

function commandLines(
  { device, id, type, state, author, madeMs, expiresS, answers }: CommandReading,
  { lang }: Flags,
): string[] {
  const t = orderWords[lang];
  const said = answers.flatMap((answer) => answerLines(type, answer, lang));
  return [
    `${device} ${id} · ${t.commands[type]}: ${t.commandStates[state]}`,
    `  ${t.given(when(madeMs, lang), author, when(expiresS * 1000, lang))}`,
    ...said.map((line) => `  ${line}`),
  ];
}

function checkOut({ type }: Verb, file: string, lang: Language): void {
  if (type !== 'sendLog') throw new UsageError(centreWords[lang].send.outAlone);
  checkWritable(file, lang);
}

function readParts(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  const unknown = parts.find((part) => !(selfTestParts as readonly string[]).includes(part));
  if (unknown === undefined) return parts;
  throw new InvalidArgumentError(`"${unknown}" is no part; write some of ${selfTestParts.join(',')}.`);
}

function given(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}

/** Seconds since 1970: no id of a unit, for those of ten digits are refused. */
const commandNumber = /^\d{10}$/;
const wholePattern = /^\d{1,10}$/;

function count(text: string, { lang }: Flags): number {
  if (!wholePattern.test(text)) throw new UsageError(centreWords[lang].send.noNumber(text));
  return Number(text);
}

function readWhole(text: string): number {
  if (!wholePattern.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

function readDevice(id: string | undefined, { lang }: Flags): string {
  if (id !== undefined && isDeviceId(id)) return id;
  throw new UsageError(centreWords[lang].send.noUnit(id ?? ''));
}
