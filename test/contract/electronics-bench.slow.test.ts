import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { BAUD_RATE, createBoard } from '../../hal/johnny-five/board.ts';
import { knownBoard } from '../../hal/johnny-five/board-file.ts';
import { createSerial } from '../../hal/linux/serial.ts';
import type { HandsOrder } from '../../sim/board/child.ts';
import type { PinChange } from '../../sim/board/chip.ts';
import { noSocat } from './cable.ts';
import { type ElectronicsRig, electronicsContract } from './electronics-suite.ts';

/** Where a unit that somebody has built is plugged in (`npm run test:board -- --port`). */
const port = process.env.DOSIS_BOARD_PORT;
const SACHETS = 10;

interface AtUnit extends Pick<ElectronicsRig, 'isUnlocked'> {
  /** How whoever is there is told what to do. */
  readonly order: (order: HandsOrder) => void;
  readonly remove?: () => void;
}

/** The drivers on a serial port, in real time. */
async function atPort(path: string, { order, isUnlocked, remove }: AtUnit): Promise<ElectronicsRig> {
  const board = createBoard({
    file: knownBoard('reference'),
    serial: createSerial({ path, baudRate: BAUD_RATE, reopenMsMin: 20, reopenMsMax: 200 }),
    // Whoever is at a unit that does not answer is told why.
    log: { write: (_, text) => void (port !== undefined && process.stderr.write(`${text}\n`)) },
  });
  const until = (holds: () => boolean) =>
    vi.waitFor(() => expect(holds()).toBe(true), { timeout: 100_000, interval: 5 });
  await until(() => board.isReady);
  const { mechanism, sensors, lock } = board;
  return {
    ...{ mechanism, sensors, lock, isUnlocked, until },
    hands: {
      press: () => order('press'),
      takeSachet: () => order('take the sachet'),
      openDoor: (withKey) => order(withKey ? 'open the door' : 'force the door'),
      closeDoor: () => order('close the door'),
      turnLid: () => order('turn the lid'),
      setUpright: (isUpright) => order(isUpright ? 'set the unit upright' : 'lay the unit on its side'),
      hangRollB: (isHung) => order(isHung ? 'hang roll B up' : 'take roll B down'),
    },
    async remove() {
      board.close();
      remove?.();
    },
  };
}

async function emulatedAtPort(): Promise<ElectronicsRig> {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-board-'));
  const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
  const link = join(folder, 'tty');
  const options = ['--hex', path('hal/johnny-five/sketch/dosis.hex'), '--link', link, '--sachets', String(SACHETS)];
  const child = spawn(process.execPath, [path('sim/board/child.ts'), ...options], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let isUnlocked = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { pin, drive } = JSON.parse(line) as Partial<PinChange>;
    if (pin === knownBoard('reference').pins.lock) isUnlocked = drive === 'high';
  });
  const tell = (order: unknown) => child.stdin?.write(`${JSON.stringify(order)}\n`);
  tell('plug');
  tell('power-on');
  return atPort(link, {
    order: (hands) => tell({ hands }),
    isUnlocked: () => isUnlocked,
    remove() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

async function builtUnit(): Promise<ElectronicsRig> {
  const say = (order: HandsOrder) => process.stderr.write(`\n>>> Now ${order}.\n`);
  return atPort(port ?? '', { order: say, isUnlocked: null });
}

const missing = noSocat ?? '';
if (port !== undefined) {
  process.stderr.write(`\n>>> Both rolls need ${SACHETS} sachets, the cup is empty, the door shut, the key back.\n`);
  electronicsContract(`the unit at ${port}`, builtUnit);
} else if (missing === '') electronicsContract('emulated board at a serial port', emulatedAtPort);
else it.skipIf(process.env.CI !== 'true')(`electronics at a serial port (${missing})`, () => expect.fail(missing));
