import { openBoard } from '../../firmware/main.ts';
import { createClock } from '../../hal/linux/clock.ts';
import { serviceManagerTerms } from '../../hal/linux/service-manager.ts';
import { createWatchdog, RESTART_EXIT_CODE } from '../../hal/linux/watchdog.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Serial } from '../../hal/ports/serial.ts';
import type { TrustedKey } from '../../protocol/image/trust.ts';
import { exitCodes } from '../program/exit-codes.ts';
import { confirming } from './device-board.ts';
import { watchedCable } from './device-cable.ts';
import { startedIn } from './device-folder.ts';
import { type RunningUnit, type StartParts, startOnBoard } from './device-start.ts';
import type { ConnectBoard } from './unit-electronics.ts';
import type { UnitFile } from './unit-file.ts';
import { untilInterrupted } from './until-interrupted.ts';

export interface RealOptions {
  /** Exists already. */
  readonly folder: string;
  readonly imageKeys: readonly TrustedKey[];
  readonly className: string;
  readonly file: UnitFile;
  readonly connect: ConnectBoard;
  readonly log: Log;
}

/** How long an answer may take to leave before the firmware begins anew. */
const ANSWER_LEAVES_MS = 300;
/** A part that does not close must not keep a unit from starting again: half of what a loader has patience for. */
const CLOSING_MS_MAX = 4_000;

/**
 * A unit on a real board, until it is interrupted. Asked to begin anew the process ends, for its loader to start what is
 * to run then; without a loader it begins anew by itself. @throws UsageError
 */
export async function runOnBoard(options: RealOptions): Promise<void> {
  const { folder, log } = options;
  const interrupted = untilInterrupted().then(() => 'interrupted' as const);
  let unit: RunningUnit | undefined;
  const host = () => unit?.host;
  const { parts, close } = await assemble(options, host);
  const endConfirming = confirming(() => parts.board.images, host);
  let why: 'interrupted' | 'restart';
  try {
    do {
      const { restart, asked } = wishForRestart(log);
      const begun = startedIn(folder, () => startOnBoard({ ...parts, restart }));
      unit = begun;
      process.stdout.write('The unit is running.\n');
      why = await Promise.race([interrupted, asked]);
      await inTime(() => begun.close(), why === 'restart' ? RESTART_EXIT_CODE : exitCodes.failed);
    } while (why === 'restart' && parts.board.loader === null);
  } finally {
    endConfirming();
    await inTime(close, exitCodes.failed);
  }
  if (why === 'restart') process.exit(RESTART_EXIT_CODE);
}

function wishForRestart(log: Log) {
  let wished: (why: 'restart') => void = () => undefined;
  const asked = new Promise<'restart'>((resolve) => {
    wished = resolve;
  });
  const restart = (reason: string): void => {
    log.write('info', `The firmware begins anew: ${reason}`);
    setTimeout(() => wished('restart'), ANSWER_LEAVES_MS);
  };
  return { restart, asked };
}

/** Ends the process where something does not close. */
async function inTime(close: () => Promise<void>, code: number): Promise<void> {
  const impatience = setTimeout(() => process.exit(code), CLOSING_MS_MAX);
  await close();
  clearTimeout(impatience);
}

/** What outlives a start of the firmware. */
async function assemble(
  { folder, imageKeys, className, file, connect, log }: RealOptions,
  host: () => RunningUnit['host'] | undefined,
) {
  const clock = createClock();
  const board = startedIn(folder, () =>
    openBoard({ folder, className, serialPath: file.cable, clock, imageKeys, host }),
  );
  const electronics = await connect({ board: file.board, port: file.port, named: file.named, log });
  // Under a loader the watchdogs are the loader's, and so is systemd's ear.
  const dog = board.loader === null ? createWatchdog({ log, serviceManager: serviceManagerTerms(process.env) }) : null;
  const kick = (): void => (board.loader === null ? dog?.kick() : board.loader.alive());
  const serial = board.serial && cableOf(board.serial, file, log);
  const parts: Omit<StartParts, 'restart'> = {
    folder,
    file,
    log,
    clock,
    electronics,
    kick,
    board: { ...board, serial },
  };
  return {
    parts,
    close: async () => {
      dog?.close();
      await electronics.close();
    },
  };
}

/** Doses are given without a technician's cable too: what is wrong with its port is told, and the port looked for. */
function cableOf(serial: Serial, { cable = '', named }: UnitFile, log: Log): Serial {
  const { serial: watched, first } = watchedCable(serial, { path: cable, named: named('cable'), log });
  void first.then((trouble) => trouble !== null && log.write('warning', trouble));
  return watched;
}
