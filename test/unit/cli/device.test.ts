import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSerial } from '../../../hal/linux/serial.ts';
import type { SerialEvent } from '../../../hal/ports/serial.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { NamedPort } from '../../../tools/cli/board-port.ts';
import { connectBoard } from '../../../tools/cli/connect-board.ts';
import { deviceCommand } from '../../../tools/cli/device.ts';
import { watchedCable } from '../../../tools/cli/device-cable.ts';
import { runCommandLine } from '../../../tools/cli/program.ts';
import { UsageError } from '../../../tools/program/usage-error.ts';
import { techWords } from '../../../tools/technician/words.ts';
import { findCable, noSocat } from '../../contract/cable.ts';
import { passText } from './tech-bench.ts';

const entries = [{ name: 'device', summary: '', load: async () => deviceCommand() }];
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let folder = '';
beforeEach(() => {
  // Who waits for Ctrl-C in this process must not end tests that come after it.
  const before = signals.map((signal) => process.listeners(signal));
  onTestFinished(() => {
    for (const [index, signal] of signals.entries()) {
      for (const one of process.listeners(signal)) if (before[index]?.includes(one) !== true) process.off(signal, one);
    }
  });
  folder = mkdtempSync(join(tmpdir(), 'dosis-device-'));
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Why the unit was not started, in the sentence that a person reads. */
async function usage(...args: readonly string[]): Promise<string> {
  const error = await runCommandLine(['device', '--folder', join(folder, 'unit'), ...args], entries).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

/** A serial port of ours with a unit's end and another one. */
async function plugged() {
  const cable = findCable();
  await cable.plug();
  onTestFinished(() => cable.remove());
  return cable;
}

describe('dosis device', () => {
  it('does not run without the serial port that it was told to serve', async () => {
    expect(await usage('--serial', join(folder, 'tty'))).toBe(
      `--serial names ${join(folder, 'tty')}, which does not exist; plug the cable in, or name another port.`,
    );
    writeFileSync(join(folder, 'file'), '');
    expect(await usage('--serial', join(folder, 'file'))).toMatch(
      /file, which is no serial port but something else; name one such as \/dev\/ttyUSB0\.$/,
    );
  });

  it.skipIf(noSocat !== undefined)('does not share its serial port with another program', async () => {
    const { device } = await plugged();
    const other = createSerial({ path: device });
    onTestFinished(() => other.close());
    await new Promise<void>((resolve) => {
      other.listen(({ type }) => type === 'serial.opened' && resolve());
      other.open();
    });
    expect(await usage('--serial', device)).toBe(
      `--serial names ${device}, which another program uses; end that one, or name another port.`,
    );
  });

  it('is told in one sentence of a folder that nobody can make', async () => {
    const options = ['--folder', '/proc/nobody/unit'];
    await expect(deviceCommand().parseAsync(options, { from: 'user' })).rejects.toThrow(
      '--folder names /proc/nobody/unit, which cannot be made (ENOENT); name another place.',
    );
  });

  it('does not share its folder with another unit, and touches no ledger that it cannot read', async () => {
    const unit = join(folder, 'unit');
    mkdirSync(unit);
    const other = openStore({ path: join(unit, 'ledger.db') });
    other.exec('CREATE TABLE t (x)');
    expect(await usage()).toBe(
      `--folder names ${unit}, and another unit runs on it; end that one, or name another folder.`,
    );
    other.close();
    writeFileSync(join(unit, 'ledger.db'), 'no database'.repeat(500));
    expect(await usage()).toMatch(
      /unit, whose ledger cannot be used \(.+\); keep it for .+, and name another folder\.$/,
    );
  });

  it('names its own option for a port of the panel that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { readonly port: number };
    expect(await usage('--panel-port', String(port))).toMatch(/ is already in use .+ e\.g\. --panel-port \d+$/);
  });

  it('says what a file is that is no key', async () => {
    const pass = join(folder, 'T.pass');
    writeFileSync(pass, passText());
    expect(await usage('--image-key', pass)).toBe(techWords.en.mistakes.otherFile(pass, 'pass', 'publicKey'));
    expect(await usage('--image-key', join(folder, 'no'))).toMatch(/no, which cannot be read \(ENOENT\); name a file/);
  });
});

describe('dosis device --config', () => {
  /** Why a unit with this file was not started. */
  function refusal(lines: readonly string[], ...args: readonly string[]): Promise<string> {
    const file = join(folder, 'unit.yaml');
    writeFileSync(file, lines.join('\n'));
    return usage('--config', file, ...args);
  }
  const port = 'port: /dev/ttyUSB0';

  it('does not run on a board that it does not know, or that cannot be', async () => {
    expect(await refusal(['board: refrence', port])).toBe(
      `"board" in line 1 of ${join(folder, 'unit.yaml')} names refrence, and no such board comes along; write reference, or the path of a board file.`,
    );
    expect(await refusal([port, 'board: own.yaml'])).toBe(
      `"board" in line 2 of ${join(folder, 'unit.yaml')} names ${join(folder, 'own.yaml')}, which does not exist; write reference, or the path of a board file.`,
    );
    writeFileSync(join(folder, 'own.yaml'), 'name: own');
    expect(await refusal(['board: own.yaml', port])).toMatch(
      /own\.yaml:\d+: .+; mend that line of the board file, which "board" in line 1 of .+unit\.yaml names\.$/,
    );
  });

  it('takes nothing that belongs to virtual rolls', async () => {
    for (const option of [
      ['--serial', '/dev/ttyUSB1'],
      ['--panel-port', '7200'],
      ['--profile', 'roll'],
    ] as const)
      expect(await refusal(['board: reference', port], ...option)).toMatch(
        new RegExp(`option '${option[0]} <\\w+>' cannot be used with option '--config <file>'`),
      );
  });

  it('does not share its folder with another unit', async () => {
    const unit = join(folder, 'unit');
    mkdirSync(unit);
    const other = openStore({ path: join(unit, 'ledger.db') });
    onTestFinished(() => other.close());
    other.exec('CREATE TABLE t (x)');
    expect(await refusal(['board: reference', `port: ${join(folder, 'no')}`, 'sound: none'])).toBe(
      `--folder names ${unit}, and another unit runs on it; end that one, or name another folder.`,
    );
  });
});

describe('the electronics of dosis device', () => {
  const named = (field: string) => `"${field}" in line 2 of unit.yaml`;

  /** What is told of electronics on this port, by those who look for them until they are closed. */
  async function toldOf(port: string): Promise<string[]> {
    const told: string[] = [];
    const log = { write: (level: string, text: string) => void told.push(`${level} ${text}`) };
    const board = await connectBoard({ board: 'reference', port, named, log });
    onTestFinished(() => board.close());
    return told;
  }

  it('are told of by the line that names their port when there is none, or something else', async () => {
    const out = 'warning Nothing moves: the cable to the electronics is out:';
    expect(await toldOf('/nowhere/tty')).toEqual([
      `${out} "port" in line 2 of unit.yaml names /nowhere/tty, which does not exist; plug the cable in, or name another port.`,
    ]);
    expect(await toldOf('/dev/null')).toEqual([
      `${out} "port" in line 2 of unit.yaml names /dev/null, which is no serial port but something else; name one such as /dev/ttyUSB0.`,
    ]);
  });

  it.skipIf(noSocat !== undefined)('are told of when their port is open and nothing answers', async () => {
    const { device } = await plugged();
    expect(await toldOf(device)).toEqual([
      `warning "port" in line 2 of unit.yaml names ${device}, where nothing answers; see that it is the microcontroller’s port (ls -l /dev/serial/by-id) and that its cable carries data, or put dosis.hex on it (hal/johnny-five/sketch/README.md).`,
    ]);
  });

  it('are told of when another program has their port, when it is forbidden, pulled out, or no sketch’s', () => {
    const heard: string[] = [];
    let tell: (event: SerialEvent) => void = () => undefined;
    const none = { open: () => undefined, write: () => true, close: () => undefined };
    const port = new NamedPort({ ...none, listen: (listener) => (tell = listener) }, '"port" names /dev/ttyUSB0');
    port.serial.listen((event) => event.type === 'serial.closed' && heard.push(event.reason));
    for (const reason of [
      'Error: Error: Resource temporarily unavailable, cannot lock port',
      'Error: Permission denied',
    ])
      tell({ type: 'serial.closed', reason });
    expect(port.isOut).toBe(true);
    tell({ type: 'serial.opened' });
    expect(port.isOut).toBe(false);
    tell({ type: 'serial.received', bytes: new Uint8Array(3) });
    expect(port.unanswered).toMatch(
      /^"port" names \/dev\/ttyUSB0, where something else than our sketch answers; name /,
    );
    tell({ type: 'serial.closed', reason: 'the port is gone' });
    expect(heard).toEqual([
      '"port" names /dev/ttyUSB0, which another program uses; end that one, or name another port',
      expect.stringMatching(/^"port" names \/dev\/ttyUSB0, which you may not use; join the group dialout \(sudo /),
      '"port" names /dev/ttyUSB0, which is gone; plug the cable in again',
    ]);
  });
});

describe.skipIf(noSocat !== undefined)('the cable of dosis device', () => {
  it('tells that its port is gone, and that it is there again, once each', async () => {
    const cable = await plugged();
    const told: string[] = [];
    const log = { write: (level: string, text: string) => void told.push(`${level} ${text}`) };
    const { serial, first } = watchedCable(createSerial({ path: cable.device, reopenMsMin: 10, reopenMsMax: 50 }), {
      path: cable.device,
      named: '--serial',
      log,
    });
    onTestFinished(() => serial.close());
    serial.listen(() => undefined);
    serial.open();
    expect(await first).toBeNull();
    expect(told).toEqual([]);
    await cable.unplug();
    await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 30_000 });
    await cable.plug();
    await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 30_000 });
    expect(told).toEqual([
      `warning The cable at ${cable.device} is gone; it is looked for until it is there again.`,
      `info The cable at ${cable.device} is there again.`,
    ]);
  });
});
