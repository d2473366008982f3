import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BoardOrder } from '../../sim/board/child.ts';
import { freePort } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import { CommandLine, deviceProgram, loaderProgram } from './command-line.ts';
import { isAlive } from './updated-unit.ts';

const patience = { timeout: 90_000, interval: 200 };
const systemd = new URL('../../hal/linux/systemd/', import.meta.url);
const sketchFolder = new URL('../../hal/johnny-five/sketch/', import.meta.url);
const emulator = new URL('../../sim/board/child.ts', import.meta.url);
/** What this computer itself may lack. */
const ofThisComputer = new Set(['time-suspect', 'storage-filling', 'storage-wearing', 'overheated', 'battery-worn']);
const deviceClass = ['--class', 'dosis-reference'];

let typed: CommandLine;
let cable: Cable;
/** The microcontroller, with our sketch on it. */
let chip: ChildProcess;
let loader: ChildProcess;
let said = '';

/** What a board has at one place, as it lies here. */
function moved(text: string): string {
  const places = {
    '/var/lib/dosis': typed.file('unit'),
    '/var/cache/dosis': typed.file('cache'),
    '/etc/dosis': typed.folder,
    '/opt/dosis/factory.img': typed.file('factory.img'),
    '/dev/serial0': cable.device,
  };
  return Object.entries(places).reduce((done, [from, to]) => done.replaceAll(from, to), text);
}

/** The arguments that systemd gives the loader, and those that the loader gives the firmware. */
function serviceArgs(): readonly string[] {
  const service = readFileSync(new URL('dosis.service', systemd), 'utf8').replaceAll('\\\n', ' ');
  const [, args = ''] = /^ExecStart=\S+ \S+ (.*)$/m.exec(service) ?? [];
  return moved(args).trim().split(/\s+/);
}

/** The emulated board; its door is shut, its cup empty, and nothing is in its barriers. */
function startChip(): void {
  const [sketch, link] = [fileURLToPath(new URL('dosis.hex', sketchFolder)), typed.file('chip')];
  chip = spawn(process.execPath, [fileURLToPath(emulator), '--hex', sketch, '--link', link], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const door = pinOf('A4');
  const orders: readonly BoardOrder[] = [{ level: [door, false] }, { volts: [pinOf('A7'), 2.8] }, 'plug', 'power-on'];
  for (const one of orders) order(one);
}

function order(what: BoardOrder): void {
  chip.stdin?.write(`${JSON.stringify(what)}\n`);
}

const answers = () => said.split('info The electronics answer.').length - 1;

const pinOf = (analog: string) => 14 + Number(analog.slice(1));
const info = () => typed.mustTell('tech', 'info', '--port', cable.laptop);
const programPid = () => Number.parseInt(readFileSync(typed.file('unit', 'program.pid'), 'utf8'), 10);

describe.skipIf(noSocat !== undefined)('the firmware of the reference unit, started as its service does', () => {
  beforeAll(async () => {
    typed = new CommandLine();
    cable = findCable();
    await cable.plug();
    const example = readFileSync(new URL('unit.yaml', systemd), 'utf8');
    const here = moved(example)
      .replace(/^port: .*$/m, `port: ${typed.file('chip')}`)
      .replace(/^display: .*$/m, `display: ${await freePort()}`);
    writeFileSync(typed.file('unit.yaml'), here);
  });
  afterAll(async () => {
    loader.kill('SIGKILL');
    chip.stdin?.end();
    await typed.end();
    await cable.remove();
  });

  it('comes out of the factory image, is kept, becomes somebody, and ends with its loader', async () => {
    await typed.must('image', 'key', '--out', 'maker');
    const made = ['--arch', process.arch, '--version', '1.0.0', '--counter', '1', '--key', 'maker'];
    await typed.must('image', 'build', '--entry', deviceProgram, ...deviceClass, ...made, '--out', 'factory.img');
    startChip();
    loader = spawn(process.execPath, [loaderProgram, ...serviceArgs()], { cwd: typed.folder });
    for (const stream of [loader.stdout, loader.stderr]) stream?.on('data', (text) => (said += text));
    await vi.waitFor(() => expect(answers()).toBe(1), patience);
    await vi.waitFor(async () => {
      const images = [expect.objectContaining({ version: '1.0.0', active: true, confirmed: true })];
      expect(await info()).toMatchObject({ device: null, firmware: '1.0.0', class: 'dosis-reference', images });
    }, patience);

    await typed.must('centre', 'init', '--home', 'home', '--port', String(await freePort()));
    await typed.must('centre', 'enrol', 'DD-0042', '--home', 'home', ...deviceClass, '--out', 'DD-0042.enrolment');
    const before = programPid();
    order('unplug');
    await typed.must('tech', 'provision', 'DD-0042.enrolment', '--port', cable.laptop);
    expect(await info()).toMatchObject({ device: 'DD-0042', phase: 'running', firmware: '1.0.0' });
    // Electronics that were not there at its start come, and it has nothing to complain of them.
    order('plug');
    await vi.waitFor(() => expect(answers()).toBe(2), patience);
    const { faults } = await info();
    expect((faults as { code: string }[]).filter(({ code }) => !ofThisComputer.has(code))).toEqual([]);
    expect([isAlive(before), programPid() === before]).toEqual([false, false]);

    const last = programPid();
    const ended = new Promise((resolve) => loader.once('close', resolve));
    loader.kill('SIGTERM');
    expect([await ended, isAlive(last)]).toEqual([0, false]);
    expect(said).not.toContain('fault of its own');
  });
});
