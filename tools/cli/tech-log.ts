import { Command } from 'commander';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeJournal, type JournalEntry } from '../../protocol/messages/service-journal.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { readFileOf } from '../technician/files.ts';
import { LogFileError, type LogRecord, type ReadLog, readLog } from '../technician/log-file.ts';
import { journalLine, logLine } from '../technician/log-lines.ts';
import { otherFile } from '../technician/other-file.ts';
import { failure, mistake } from '../technician/problem.ts';
import { sinceOf } from '../technician/since.ts';
import type { Visit } from '../technician/visit.ts';
import type { TechWords } from '../technician/words.ts';
import { computerZone, type Zone, zoneOf } from '../technician/zone.ts';
import { fetched, UNIT_FILE_BYTES_MAX } from './tech-files.ts';
import { atDesk, type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';

interface LogFlags extends PortFlags {
  readonly out?: string;
  readonly since?: string;
}

export function techLogCommand(): Command {
  return withCable(new Command('log'))
    .description('what has happened on a unit, in words; checked to be whole')
    .argument('[file]', 'a log that was kept with --out; no unit is needed')
    .option('--out <file>', 'keep the log as the unit gave it')
    .option(
      '--since <when>',
      'only what is newer: 2026-11-21T08:00 by the clocks that are shown, or how long ago, such as 2h or 7d',
    )
    .action((file: string | undefined, flags: LogFlags) =>
      file === undefined
        ? visiting(flags, (visit, desk) => fetchLog(visit, desk, flags))
        : atDesk(flags, async (desk) => readKept(desk, file, flags)),
    );
}

export function techTraceCommand(): Command {
  return withCable(new Command('trace'))
    .description('fetch the recording of all that entered a unit, to play it again in the simulator')
    .requiredOption('--out <file>', 'where to keep it')
    .action((flags: PortFlags & { readonly out: string }) =>
      visiting(flags, async (visit, desk) => {
        const { bytes, seconds } = await fetched(visit, desk, 'trace', flags.out);
        const replay = `dosis sim replay ${JSON.stringify(flags.out)}`;
        desk.terminal.answer({ file: flags.out, bytes: bytes.length, replay }, [
          desk.t.trace.fetched(flags.out, bytes.length, seconds),
          desk.t.trace.replay(replay),
        ]);
      }),
    );
}

export function techLedgerCommand(): Command {
  return withCable(new Command('ledger'))
    .description('fetch a copy of the ledger of a unit, for whoever must look into it with SQLite')
    .requiredOption('--out <file>', 'where to keep it')
    .action((flags: PortFlags & { readonly out: string }) =>
      visiting(flags, async (visit, desk) => {
        const { bytes, seconds } = await fetched(visit, desk, 'ledger', flags.out);
        const { fetched: words, confidential } = desk.t.ledger;
        desk.terminal.answer({ file: flags.out, bytes: bytes.length }, [
          words(flags.out, bytes.length, seconds),
          confidential,
        ]);
      }),
    );
}

export function techJournalCommand(): Command {
  return withCable(new Command('journal'))
    .description('who did what over the cable of a unit, also of one without firmware to speak of')
    .action((flags: PortFlags) =>
      visiting(flags, async (visit, desk) => {
        const { bytes } = await fetched(visit, desk, 'journal');
        const entries = journalIn(desk.t, bytes);
        const zone = await zoneOf(visit);
        desk.terminal.answer(
          { entries },
          entries.map((entry) => journalLine(desk.t, entry, zone)),
        );
        desk.terminal.tell(desk.t.times(zone));
      }),
    );
}

function journalIn(t: TechWords, bytes: Uint8Array): readonly JournalEntry[] {
  try {
    return decodeJournal(bytes);
  } catch (error) {
    if (isProtocolError(error)) throw failure(t, 'journalUnreadable');
    throw error;
  }
}

async function fetchLog(visit: Visit, desk: Desk, { out, since }: LogFlags): Promise<void> {
  // What is misread is told before minutes of transfer.
  if (since !== undefined) sinceOf(desk.t, since, computerZone());
  const { bytes } = await fetched(visit, desk, 'log', out);
  const zone = await zoneOf(visit);
  const sinceS = since === undefined ? 0 : sinceOf(desk.t, since, zone);
  show(desk, logIn(desk.t, bytes, '/log'), { sinceS, zone });
  if (out !== undefined) desk.terminal.tell(desk.t.log.kept(out));
}

function readKept(desk: Desk, file: string, { since }: LogFlags): void {
  const zone = computerZone();
  const sinceS = since === undefined ? 0 : sinceOf(desk.t, since, zone);
  show(desk, logIn(desk.t, readFileOf(desk.t, file, { bytesMax: UNIT_FILE_BYTES_MAX, wanted: 'log' }), file), {
    sinceS,
    zone,
  });
}

interface Showing {
  /** Epoch seconds: nothing older. */
  readonly sinceS: number;
  readonly zone: Zone;
}

function show({ t, terminal }: Desk, { records, brokenAfter }: ReadLog, { sinceS, zone }: Showing): void {
  const shown = newerThan(records, sinceS);
  const whole = brokenAfter === null;
  if (!whole) process.exitCode = exitCodes.failed;
  const closing = whole ? t.log.whole(records.length) : failure(t, 'logBroken', brokenAfter).message;
  terminal.answer(
    { records: shown.map(documentOf), count: records.length, whole, brokenAfter },
    shown.map((record) => logLine(t, record, zone)),
  );
  terminal.tell(closing);
  terminal.tell(t.times(zone));
}

/** A record that cannot be read has no instant; it belongs where it stands. */
function newerThan(records: readonly LogRecord[], sinceS: number): readonly LogRecord[] {
  if (sinceS === 0) return records;
  const first = records.findIndex(({ event }) => event !== undefined && event.at >= sinceS);
  return first === -1 ? [] : records.slice(first);
}

function documentOf({ seq, event }: LogRecord): object {
  return event === undefined ? { seq, type: null } : event;
}

function logIn(t: TechWords, bytes: Uint8Array, name: string): ReadLog {
  try {
    return readLog(bytes);
  } catch (error) {
    if (!(error instanceof LogFileError)) throw error;
    throw (
      otherFile(t, { file: name, bytes }, 'log') ?? mistake(t, 'notALog', name, t.log.defects[error.defect], error.at)
    );
  }
}
