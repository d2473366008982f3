import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import {
  type BoardMessage,
  decodeBoardMessage,
  encodeHostMessage,
  type Witness,
} from '../../../../hal/johnny-five/sketch-protocol.ts';
import { createSerial } from '../../../../hal/linux/serial.ts';
import type { BoardOrder } from '../../../../sim/board/child.ts';
import { noSocat } from '../../../contract/cable.ts';
import { Framer } from './framer.ts';

const path = (name: string) => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));
const waitMs = { timeout: 60_000, interval: 5 };

class BoardProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'dosis-board-'));
  readonly link = join(this.folder, 'tty');
  readonly told: unknown[] = [];
  readonly said: BoardMessage[] = [];
  readonly messages: number[][] = [];
  readonly events: string[] = [];
  readonly serial = createSerial({ path: this.link, baudRate: 57_600, reopenMsMin: 20, reopenMsMax: 100 });
  #child: ChildProcess | undefined;

  constructor() {
    const framer = new Framer((message) => {
      this.messages.push(message);
      const [first, id = 0] = message;
      if (first === 0xf0 && id <= 7) this.said.push(decodeBoardMessage(message.slice(1, -1)));
    });
    this.serial.listen((event) => {
      this.events.push(event.type);
      if (event.type === 'serial.received') for (const byte of event.bytes) framer.take(byte);
    });
    this.serial.open();
  }

  async start(): Promise<void> {
    const child = spawn(
      process.execPath,
      [
        path('sim/board/child.ts'),
        '--hex',
        path('hal/johnny-five/sketch/dosis.hex'),
        '--link',
        this.link,
        '--eeprom',
        join(this.folder, 'eeprom'),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.told.push(JSON.parse(line)));
    await this.plug();
    this.order('power-on');
  }

  order(order: BoardOrder): void {
    this.#child?.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  async plug(): Promise<void> {
    const opened = this.#count('serial.opened');
    this.order('plug');
    await vi.waitFor(() => expect(this.#count('serial.opened')).toBe(opened + 1), waitMs);
  }

  async witness(): Promise<Witness> {
    const before = this.said.length;
    await vi.waitFor(
      () => {
        this.send(0xf0, ...encodeHostMessage({ type: 'witness' }), 0xf7);
        expect(this.said.length).toBeGreaterThan(before);
      },
      { ...waitMs, interval: 100 },
    );
    const said = this.said.at(-1);
    if (said?.type !== 'witness') throw new Error('It said something else.');
    return said;
  }

  send(...bytes: number[]): void {
    this.serial.write(Uint8Array.from(bytes));
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  remove(): void {
    this.serial.close();
    this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #count(event: string): number {
    return this.events.filter((one) => one === event).length;
  }
}

const board = noSocat === undefined ? new BoardProcess() : undefined;
afterEach(() => board?.remove());

it.skipIf(board === undefined && process.env.CI !== 'true')(
  `a board in a process of its own is a serial port that can be pulled, and remembers its starts${noSocat === undefined ? '' : ` (${noSocat})`}`,
  async () => {
    if (board === undefined) throw new Error(noSocat);
    await board.start();
    const first = await board.witness();
    expect(first.resetCause).toBe(1);

    board.send(0xf4, 2, 11, 0xd0, 1);
    board.order({ level: [2, false] });
    await vi.waitFor(() => expect(board.messages.at(-1)).toEqual([0x90, 0, 0]), waitMs);
    board.send(0xf4, 5, 1, 0xf5, 5, 1);
    await vi.waitFor(
      () => expect(board.told).toContainEqual(expect.objectContaining({ pin: 5, drive: 'high' })),
      waitMs,
    );

    board.order('unplug');
    await vi.waitFor(() => expect(board.events.at(-1)).toBe('serial.closed'), waitMs);
    await board.plug();
    expect((await board.witness()).nonce).toBe(first.nonce);

    board.kill();
    await vi.waitFor(() => expect(board.events.at(-1)).toBe('serial.closed'), waitMs);
    await board.start();
    await vi.waitFor(async () => expect((await board.witness()).nonce).toBe(first.nonce + 1), waitMs);
  },
);
