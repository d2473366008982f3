import { readFileSync, statSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { writeWhole } from '../../hal/linux/whole-file.ts';
import { slotWord } from '../../protocol/alarm-words.ts';
import type { Language } from '../../protocol/messages/config.ts';
import type { HandedDose, Handover } from '../../protocol/messages/handover.ts';
import { RECORDS_MAX } from '../centre/successions.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { codeOf, unwritableFile } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { LogFileError, type ReadLog, readLog } from '../technician/log-file.ts';
import { otherFile } from '../technician/other-file.ts';
import { logOfSwap } from '../technician/swap-folder.ts';
import { techWords } from '../technician/words.ts';
import { CentreClient, type CentreFlags, print, speaking, when, withCentre } from './centre-client.ts';
import { centreWords } from './centre-words.ts';
import { readDevice } from './options.ts';

interface HandoverFlags extends CentreFlags {
  readonly out?: string;
}

interface TakeInFlags extends CentreFlags {
  readonly unit?: string;
  readonly epoch?: number;
  readonly lost?: true;
}

type HandoverReading = Omit<Handover, 'heir'> & { readonly ahead: readonly HandedDose[] } & {
  readonly heir: string;
} & {
  readonly online: boolean;
  readonly document: string;
};

interface TakenInReading {
  readonly stored: number;
  readonly known: number;
  readonly ackedThrough: number;
  readonly owed: boolean;
}

/** What the centre does when one unit takes the place of another: `dosis centre handover` and `take-in`. */
export function centreSwapCommands(): readonly Command[] {
  const handover = withCentre(new Command('handover'))
    .description('for a unit that can be asked nothing any more: what is known of its doses, for "dosis tech swap"')
    .argument('<id>', 'the unit', readDevice)
    .option('--out <file>', 'where to write it (default: ID.handover)')
    .action((id: string, flags: HandoverFlags) => speaking(flags, () => makeHandover(id, flags)));
  const takeIn = withCentre(new Command('take-in'))
    .description('take in the records of a unit that was replaced, which never reached this centre')
    .argument('[path]', 'the folder that "dosis tech swap" has kept, or a log')
    .option('--unit <id>', 'whose log it is, when it lies in no such folder', readDevice)
    .option('--epoch <number>', 'of which of its ledgers, as the page of the centre tells', readEpoch)
    .option('--lost', 'nothing more can be read of it: wait no longer')
    .action((path: string | undefined, flags: TakeInFlags) => speaking(flags, () => takeRecordsIn(path, flags)));
  return [handover, takeIn];
}

async function makeHandover(id: string, flags: HandoverFlags): Promise<void> {
  const client = new CentreClient(flags);
  const { document, online, ahead, ...says } = await client.getClosed<HandoverReading>(`/api/devices/${id}/handover`);
  const file = flags.out ?? `${id}.handover`;
  write(file, Buffer.from(document, 'base64'), flags.lang);
  if (flags.json === true) return print(JSON.stringify({ ...says, ahead, online, file }));
  const t = centreWords[flags.lang].swap;
  const told = t.tells(file, id, when(says.at * 1000, flags.lang), says.doses.length);
  const doses = ahead.map(({ slot, date }) => `${slotWord(slot, flags.lang)} ${date}`);
  const perhaps = doses.length === 0 ? [] : [t.perhapsAhead(doses.join(', '))];
  print(told, t.unknown, ...perhaps, t.goOn(file), ...(online ? [t.online(id)] : []));
}

function write(file: string, content: Uint8Array, lang: Language): void {
  try {
    writeWhole(file, content);
  } catch (error) {
    throw unwritableFile(file, error, lang);
  }
}

async function takeRecordsIn(path: string | undefined, flags: TakeInFlags): Promise<void> {
  const { device, epoch, file } = whose(path, flags);
  const client = new CentreClient(flags);
  const ledger = `/api/devices/${device}/ledgers/${epoch}`;
  const t = centreWords[flags.lang].swap;
  if (flags.lost === true) {
    await client.post(`${ledger}/lost`, {});
    if (flags.json === true) return print(JSON.stringify({ device, epoch, lost: true }));
    return print(t.givenUp(device, epoch));
  }
  const { records, brokenAfter } = logIn(file, flags.lang);
  const sound = brokenAfter === null ? records : records.filter(({ seq }) => seq <= brokenAfter);
  const taken = await post(
    client,
    ledger,
    sound.map(({ body }) => body),
    brokenAfter === null,
  );
  if (brokenAfter !== null || taken.owed) process.exitCode = exitCodes.failed;
  if (flags.json === true) return print(JSON.stringify({ device, epoch, ...taken, brokenAfter }));
  print(
    t.cameIn({ device, epoch, ...taken }),
    ...(brokenAfter === null ? [] : [t.brokenAfter(brokenAfter)]),
    taken.owed ? t.more(taken.ackedThrough) : t.nothingOwed,
  );
}

/** Piece by piece; what came in before an interruption is known the next time. */
async function post(
  client: CentreClient,
  ledger: string,
  bodies: readonly Uint8Array[],
  whole: boolean,
): Promise<TakenInReading> {
  let sum: TakenInReading = { stored: 0, known: 0, ackedThrough: 0, owed: true };
  for (let from = 0; from === 0 || from < bodies.length; from += RECORDS_MAX) {
    const records = bodies.slice(from, from + RECORDS_MAX).map((body) => Buffer.from(body).toString('base64'));
    const last = whole && from + RECORDS_MAX >= bodies.length;
    const { stored, known, ...now } = await client.post<TakenInReading>(`${ledger}/records`, { records, last });
    sum = { ...now, stored: sum.stored + stored, known: sum.known + known };
  }
  return sum;
}

interface Whose {
  readonly device: string;
  readonly epoch: number;
  readonly file: string;
}

function whose(path: string | undefined, { unit, epoch, lost, lang }: TakeInFlags): Whose {
  const t = centreWords[lang].swap;
  if (path === undefined && lost !== true) throw new UsageError(t.pathMissing);
  if (path !== undefined) checkThere(path, lang);
  const swap = path === undefined ? undefined : logOfSwap(path);
  const device = unit ?? swap?.device;
  const ledger = epoch ?? swap?.epoch;
  if (device === undefined || ledger === undefined) {
    throw new UsageError(path === undefined ? t.lostWhose : t.noSwap(path));
  }
  if (lost === true) return { device, epoch: ledger, file: '' };
  const file = swap === undefined ? path : swap.file;
  if (file === null || file === undefined) throw new UsageError(t.noLog(path ?? ''));
  return { device, epoch: ledger, file };
}

/** What is not there is nobody's, and not of an unknown unit. @throws UsageError */
function checkThere(path: string, lang: Language): void {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw new UsageError(centreWords[lang].swap.unreadable(path, codeOf(error)), { cause: error });
  }
  if (isFolder && logOfSwap(path) === undefined) throw new UsageError(centreWords[lang].swap.noSwapFolder(path));
}

function logIn(file: string, lang: Language): ReadLog {
  const t = centreWords[lang].swap;
  const bytes = bytesOf(file, lang);
  // An empty file would say that the unit had done nothing.
  if (bytes.length === 0) throw new UsageError(t.unfit(file, t.defects.empty, 0));
  try {
    return readLog(bytes);
  } catch (error) {
    if (!(error instanceof LogFileError)) throw error;
    // What does not even begin like one is none.
    const defect = error.at === 0 ? 'not-records' : error.defect;
    const unfit = () => new UsageError(t.unfit(file, t.defects[defect], error.at), { cause: error });
    throw otherFile(techWords[lang], { file, bytes }, 'log') ?? unfit();
  }
}

function bytesOf(file: string, lang: Language): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new UsageError(centreWords[lang].swap.unreadable(file, codeOf(error)), { cause: error });
  }
}

function readEpoch(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('Write its number, as the page of the centre tells it.');
  return Number(text);
}
