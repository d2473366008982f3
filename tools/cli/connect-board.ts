import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { createSerial } from '../../hal/linux/serial.ts';
import { codeOf } from '../program/unwritable.ts';
import { UsageError } from '../program/usage-error.ts';
import type { ConnectBoard } from './electronic-board.ts';

/** The electronics on a serial port, by name those that come along, by path one's own; read in only where a unit has some. */
export const connectBoard: ConnectBoard = async ({ board, port, log }) => {
  const file = await fileOf(board);
  const { BAUD_RATE, createBoard } = await import('../../hal/johnny-five/board.ts');
  const serial = createSerial({ path: port, baudRate: BAUD_RATE });
  const { mechanism, sensors, panel, lock, close } = createBoard({ file, serial, log });
  return {
    ...{ mechanism, sensors, panel, lock },
    close: async () => {
      await serial.written();
      close();
    },
  };
};

async function fileOf(board: string) {
  const { BoardFileError, knownBoard, readBoardFile } = await import('../../hal/johnny-five/board-file.ts');
  try {
    return isAbsolute(board) ? readBoardFile(readFileSync(board, 'utf8'), board) : knownBoard(board);
  } catch (error) {
    const named = `"board" in the unit file names ${board}, which`;
    const sentence =
      error instanceof BoardFileError
        ? `${error.message.replace(/\.$/, '')}; mend that line of the board file.`
        : `${named} cannot be read (${codeOf(error)}); write reference, or the path of a board file.`;
    throw new UsageError(sentence, { cause: error });
  }
}
