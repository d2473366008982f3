import { Command, InvalidArgumentError } from 'commander';
import { tryWhole, writeWhole } from '../../hal/linux/whole-file.ts';
import type { Language } from '../../protocol/messages/config.ts';
import { isDeviceId } from '../../protocol/topics.ts';
import type { KeptLog, LogState } from '../centre/orders/log-store.ts';
import { orderWords } from '../centre/orders/words.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { unwritableFile } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { CentreClient, type CentreFlags, print, waitFor, when, withCentre } from './centre-client.ts';
import { centreWords } from './centre-words.ts';

type HandedLog = KeptLog & { readonly content: string };

/** What has become of a log that somebody wants in a file; no file unless it is whole. */
export interface FetchedLog {
  readonly file: string | null;
  readonly state: LogState;
  readonly bytes: number;
  readonly received: number;
}

interface Wanted {
  readonly file: string;
  readonly lang: Language;
}

/** The unit's answer may overtake the last piece of what it sent, by as long as a broker takes to hand it on. */
const LAST_PART_MS = 10_000;

/** `dosis centre log`: what units have sent of their logs and is still kept. */
export function centreLogCommand(): Command {
  return withCentre(new Command('log'))
    .description(
      'show or keep what a unit has sent of its log or its trace; ask for it with "dosis centre send ID send-log"',
    )
    .argument('<id>', 'the unit')
    .argument('[command]', 'the command that asked for it, by its number (default: the newest)', readNumber)
    .option('--out <file>', 'keep it in a file, for "dosis tech log FILE" or "dosis sim replay FILE"')
    .action((id: string, command: number | undefined, flags: CentreFlags & { readonly out?: string }) =>
      showLogs(id, command, flags),
    );
}

async function showLogs(
  device: string,
  command: number | undefined,
  flags: CentreFlags & { readonly out?: string },
): Promise<void> {
  const { out, lang, json } = flags;
  if (!isDeviceId(device)) throw new UsageError(centreWords[lang].log.noUnit(device));
  const client = new CentreClient(flags);
  const { logs } = await client.getClosed<{ logs: KeptLog[] }>(`/api/devices/${device}/logs`);
  const shown = logs.filter((log) => command === undefined || log.command === command);
  const [newest] = shown;
  if (out !== undefined && newest !== undefined) {
    const fetched = await keep(client, newest, { file: out, lang });
    return print(json === true ? JSON.stringify(fetched) : fetchedLine(fetched, newest, lang));
  }
  if (out !== undefined) throw new UsageError(orderWords[lang].noLogs(device));
  if (json === true) return print(JSON.stringify({ logs: shown }));
  print(...(newest === undefined ? [orderWords[lang].noLogs(device)] : shown.map((log) => logLine(log, lang))));
}

/** Who is to wait for minutes hears at once that what comes could not be kept. @throws UsageError */
export function checkWritable(file: string, lang: Language): void {
  writing(file, () => tryWhole(file), lang);
}

/** Waits for what a unit says it has sent, and keeps it in a file. @throws UsageError */
export async function fetchLog(
  client: CentreClient,
  { device, id, bytes }: { readonly device: string; readonly id: number; readonly bytes: number },
  wanted: Wanted,
): Promise<{ readonly fetched: FetchedLog; readonly line: string }> {
  const { file, lang } = wanted;
  if (bytes === 0) {
    write(file, new Uint8Array(), lang);
    return { fetched: { file, state: 'whole', bytes, received: 0 }, line: orderWords[lang].logEmpty(file) };
  }
  const look = async () => {
    const { logs } = await client.getClosed<{ logs: KeptLog[] }>(`/api/devices/${device}/logs`);
    return logs.find(({ command }) => command === id);
  };
  const log = await waitFor(look, (seen) => seen !== undefined && seen.state !== 'partial', LAST_PART_MS);
  if (log === undefined) {
    process.exitCode = exitCodes.failed;
    return { fetched: { file: null, state: 'partial', bytes, received: 0 }, line: orderWords[lang].logLost(bytes) };
  }
  const fetched = await keep(client, log, wanted);
  return { fetched, line: fetchedLine(fetched, log, lang) };
}

async function keep(client: CentreClient, { device, command }: KeptLog, { file, lang }: Wanted): Promise<FetchedLog> {
  const { state, bytes, received, content } = await client.getClosed<HandedLog>(
    `/api/devices/${device}/logs/${command}`,
  );
  if (state === 'whole') write(file, Buffer.from(content, 'base64'), lang);
  else process.exitCode = exitCodes.failed;
  return { file: state === 'whole' ? file : null, state, bytes, received };
}

function fetchedLine({ file, bytes }: FetchedLog, log: KeptLog, lang: Language): string {
  return file === null ? logLine(log, lang) : orderWords[lang].logKept(bytes, file);
}

function logLine({ device, command, source, state, bytes, received, heardMs }: KeptLog, lang: Language): string {
  const t = orderWords[lang];
  const size = centreWords[lang].log.size(received, bytes);
  return `${device} ${command} · ${t.logSources[source]}, ${size}, ${when(heardMs, lang)}: ${t.logStates[state]}`;
}

/** Whole or not at all: a file of this name is never half a log. */
function write(file: string, content: Uint8Array, lang: Language): void {
  writing(file, () => writeWhole(file, content), lang);
}

function writing(file: string, act: () => void, lang: Language): void {
  try {
    act();
  } catch (error) {
    throw unwritableFile(file, error, lang);
  }
}

function readNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write the number of a command; "dosis centre log ID" shows them.');
}
