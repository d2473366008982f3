import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type { Handover } from '../../protocol/messages/handover.ts';
import { writeWhole } from '../centre/authority/files.ts';
import { RECORDS_MAX } from '../centre/successions.ts';
import { LogFileError, type ReadLog, readLog } from '../technician/log-file.ts';
import { logOfSwap } from '../technician/swap-folder.ts';
import { CentreClient, type CentreFlags, print, speaking, when, withCentre } from './centre-client.ts';
import { exitCodes } from './exit.ts';
import { readDevice } from './options.ts';
import { codeOf, unwritable } from './unwritable.ts';
import { UsageError } from './usage-error.ts';

interface HandoverFlags extends CentreFlags {
  readonly out?: string;
}

interface TakeInFlags extends CentreFlags {
  readonly unit?: string;
  readonly epoch?: number;
  readonly lost?: true;
}

type HandoverReading = Handover & { readonly online: boolean; readonly document: string };

interface TakenInReading {
  readonly stored: number;
  readonly known: number;
  readonly ackedThrough: number;
  readonly owed: boolean;
}

const damage: Readonly<Record<LogFileError['defect'], string>> = {
  'not-records': 'it is no log of a unit',
  damaged: 'it is damaged',
  'cut-off': 'its end is missing',
};

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
  const { document, online, ...says } = await client.getClosed<HandoverReading>(`/api/devices/${id}/handover`);
  const file = flags.out ?? `${id}.handover`;
  write(file, Buffer.from(document, 'base64'));
  if (flags.json === true) return print(JSON.stringify({ ...says, online, file }));
  const ends = ['no dose', '1 dose'][says.doses.length] ?? `${says.doses.length} doses`;
  print(
    `"${file}" tells what ${id} had done when it was heard last, ${when(says.at * 1000)}: ${ends} came to an end.`,
    'What it did after that nobody knows: a dose whose window is open when the new unit takes over is for a person to find out.',
    `Go on with: dosis tech swap ENROLMENT --handover "${file}"`,
    ...(online
      ? [`${id} is connected just now. If its cable works, swap it without this file: then nothing is left unknown.`]
      : []),
  );
}

function write(file: string, content: Uint8Array): void {
  try {
    writeWhole(file, content);
  } catch (error) {
    throw unwritable(`"${file}"`, error);
  }
}

async function takeRecordsIn(path: string | undefined, flags: TakeInFlags): Promise<void> {
  const { device, epoch, file } = whose(path, flags);
  const client = new CentreClient(flags);
  const ledger = `/api/devices/${device}/ledgers/${epoch}`;
  if (flags.lost === true) {
    await client.post(`${ledger}/lost`, {});
    if (flags.json === true) return print(JSON.stringify({ device, epoch, lost: true }));
    return print(`Nobody waits any longer for records of ${device} with ledger ${epoch}.`);
  }
  const { records, brokenAfter } = logIn(file);
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
    `Of ${device} with ledger ${epoch} ${counted(taken.stored)} came in; ${taken.known} were here already.`,
    ...(brokenAfter === null
      ? []
      : [`After record ${brokenAfter} the log was changed or left out; the rest of it was not taken in.`]),
    taken.owed
      ? `There are more: this centre has them through ${taken.ackedThrough}. Read the log once more, or give it up with --lost.`
      : 'Nothing is waited for any more.',
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

function whose(path: string | undefined, { unit, epoch, lost }: TakeInFlags): Whose {
  const swap = path === undefined ? undefined : logOfSwap(path);
  const device = unit ?? swap?.device;
  const ledger = epoch ?? swap?.epoch;
  if (path === undefined && lost !== true) {
    throw new UsageError('dosis centre take-in: name the folder that "dosis tech swap" has kept, or a log.');
  }
  if (device === undefined || ledger === undefined) {
    throw new UsageError(
      `${path === undefined ? 'With --lost alone' : `"${path}" belongs to no swap, so`} say whose it is: --unit ID --epoch NUMBER.`,
    );
  }
  if (lost === true) return { device, epoch: ledger, file: '' };
  const file = swap === undefined ? path : swap.file;
  if (file === null || file === undefined) {
    throw new UsageError(
      `The swap in "${path}" has no log: the unit could not be asked. Read it in the workshop with "dosis tech log --out FILE", or give it up with --lost.`,
    );
  }
  return { device, epoch: ledger, file };
}

function logIn(file: string): ReadLog {
  try {
    return readLog(new Uint8Array(readFileSync(file)));
  } catch (error) {
    if (error instanceof LogFileError) {
      throw new UsageError(
        `"${file}" cannot be taken in: ${damage[error.defect]} (byte ${error.at}); read the log out of the unit once more.`,
        { cause: error },
      );
    }
    throw new UsageError(`"${file}" cannot be read (${codeOf(error)}); name the folder of the swap, or a log.`, {
      cause: error,
    });
  }
}

const counted = (records: number): string => (records === 1 ? '1 record' : `${records} records`);

function readEpoch(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('Write its number, as the page of the centre tells it.');
  return Number(text);
}
