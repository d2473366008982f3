import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSerial } from '../../hal/linux/serial.ts';
import { shownPriority } from '../../protocol/faults/shown.ts';
import { codeOf } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import type { ConnectBoard } from './electronic-board.ts';

/** A sketch that starts anew with its port, behind a boot loader, has answered by then. */
const ANSWER_MS_MAX = 3_000;
const LOOK_MS = 20;

/**
 * The electronics on a serial port, by name those that come along, by path one's own; read in only where a unit has some.
 * They are given a moment to answer, so that a firmware which starts then finds door and power as they are.
 */
export const connectBoard: ConnectBoard = async ({ board, port, log }) => {
  const file = await fileOf(board);
  const { BAUD_RATE, createBoard } = await import('../../hal/johnny-five/board.ts');
  const serial = createSerial({ path: port, baudRate: BAUD_RATE });
  const electronics = createBoard({
    ...{ file, serial, log },
    priorityOf: ({ message, params }) => shownPriority(message, params),
  });
  const untilMs = performance.now() + ANSWER_MS_MAX;
  while (!electronics.isReady && existsSync(port) && performance.now() < untilMs) await pause(LOOK_MS);
  const { mechanism, sensors, panel, lock, hasCupSensor } = electronics;
  return {
    ...{ mechanism, panel, lock, hasCupSensor },
    sensors: {
      listen: (listener) => sensors.listen(listener),
      power: () => sensors.power(),
      // Nobody has forced a door that was not looked at yet; how it stands is told as soon as it is.
      door: () => (electronics.isReady ? sensors.door() : 'closed'),
    },
    close: async () => {
      await serial.written();
      electronics.close();
    },
  };
};

async function fileOf(board: string) {
  const { BoardFileError, knownBoard, readBoardFile } = await import('../../hal/johnny-five/board-file.ts');
  try {
    return isAbsolute(board) ? readBoardFile(readFileSync(board, 'utf8'), board) : knownBoard(board);
  } catch (error) {
    throw new UsageError(sentenceAbout(board, error instanceof BoardFileError, error), { cause: error });
  }
}

function sentenceAbout(board: string, isItsText: boolean, error: unknown): string {
  const orElse = 'write reference, or the path of a board file.';
  if (!isAbsolute(board)) return `"board" in the unit file names ${board}, and no such board comes along; ${orElse}`;
  if (isItsText) return `${(error as Error).message.replace(/\.$/, '')}; mend that line of the board file.`;
  return `"board" in the unit file names ${board}, which cannot be read (${codeOf(error)}); ${orElse}`;
}
