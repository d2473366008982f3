import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createSerial } from '../../hal/linux/serial.ts';
import type { Log } from '../../hal/ports/log.ts';
import { shownPriority } from '../../protocol/faults/shown.ts';
import { unreadable } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import { NamedPort } from './board-port.ts';
import type { BoardWanted, ConnectBoard } from './unit-electronics.ts';

const LOOK_MS = 20;

/**
 * The electronics on a serial port, by name those that come along, by path one's own; read in only where a unit has some.
 * They are given a moment to answer, so that a firmware which starts then finds door and power as they are.
 */
export const connectBoard: ConnectBoard = async ({ board, port, named, log }) => {
  const file = await fileOf(board, named);
  const { ANSWER_MS_MAX, BAUD_RATE, createBoard } = await import('../../hal/johnny-five/board.ts');
  const serial = createSerial({ path: port, baudRate: BAUD_RATE });
  const where = new NamedPort(serial, `${named('port')} names ${port}`);
  const heeded = heedful(log);
  const electronics = createBoard({
    ...{ file, serial: where.serial, log: heeded.log },
    priorityOf: ({ message, params }) => shownPriority(message, params),
  });
  const untilMs = performance.now() + ANSWER_MS_MAX;
  while (!electronics.isReady && !where.isOut && performance.now() < untilMs) await pause(LOOK_MS);
  if (!electronics.isReady && !heeded.warned) log.write('warning', where.unanswered);
  const { mechanism, sensors, panel, lock, hasCupSensor } = electronics;
  return {
    ...{ mechanism, sensors, panel, lock, hasCupSensor },
    close: async () => {
      await serial.written();
      electronics.close();
    },
  };
};

/** Knows whether the electronics have said themselves what is wrong with them. */
function heedful(log: Log): { readonly log: Log; readonly warned: boolean } {
  let warned = false;
  return {
    log: {
      write(level, text) {
        warned ||= level === 'warning';
        log.write(level, text);
      },
    },
    get warned() {
      return warned;
    },
  };
}

async function fileOf(board: string, named: BoardWanted['named']) {
  const { BoardFileError, knownBoard, readBoardFile } = await import('../../hal/johnny-five/board-file.ts');
  try {
    return isAbsolute(board) ? readBoardFile(readFileSync(board, 'utf8'), board) : knownBoard(board);
  } catch (error) {
    throw new UsageError(sentenceAbout(board, named('board'), error instanceof BoardFileError, error), {
      cause: error,
    });
  }
}

function sentenceAbout(board: string, named: string, isItsText: boolean, error: unknown): string {
  const orElse = 'write reference, or the path of a board file.';
  if (!isAbsolute(board)) return `${named} names ${board}, and no such board comes along; ${orElse}`;
  if (!isItsText) return `${named} names ${board}, which ${unreadable(error)}; ${orElse}`;
  return `${(error as Error).message.replace(/\.$/, '')}; mend that line of the board file, which ${named} names.`;
}
