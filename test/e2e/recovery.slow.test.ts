import { type ChildProcess, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import { CommandLine, deviceProgram, loaderProgram } from './command-line.ts';

const patience = { timeout: 90_000, interval: 200 };
const pass = ['--pass', 'T-1.pass'];

let typed: CommandLine;
let cable: Cable;
let loader: ChildProcess;
let loaderSays = '';

const tech = (...words: readonly string[]) => typed.type('tech', ...words, '--port', cable.laptop);
const mustTech = (...words: readonly string[]) => typed.must('tech', ...words, '--port', cable.laptop);
const info = (...words: readonly string[]) => typed.mustTell('tech', 'info', '--port', cable.laptop, ...words);

async function build(version: string, counter: number, entry: string): Promise<void> {
  const what = ['--class', 'dosis-virtual', '--version', version, '--counter', String(counter), '--key', 'maker'];
  await typed.must('image', 'build', '--entry', entry, ...what, '--arch', process.arch, '--out', `${version}.img`);
}

function startLoader(): void {
  const unit = ['--folder', typed.file('unit'), '--serial', cable.device, '--image-key', typed.file('maker.pub')];
  const board = ['--folder', 'unit', '--ledger', 'unit/ledger.db', '--class', 'dosis-virtual', '--key', 'maker.pub'];
  const how = ['--serial', cable.device, '--pause-ms', '50'];
  loader = spawn(process.execPath, [loaderProgram, ...board, ...how, '--', ...unit], { cwd: typed.folder });
  for (const stream of [loader.stdout, loader.stderr]) stream?.on('data', (text) => (loaderSays += text));
}

async function stopLoader(): Promise<void> {
  loader.kill('SIGTERM');
  if (loader.exitCode === null) await new Promise((resolve) => loader.once('close', resolve));
}

const programPid = () => Number.parseInt(readFileSync(typed.file('unit', 'program.pid'), 'utf8'), 10);

/** Which of the two processes has the port of the cable open. */
function ownersOfCable(): readonly string[] {
  const port = realpathSync(cable.device);
  const linkOf = (pid: number, file: string) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${file}`);
    } catch {
      return undefined;
    }
  };
  const holds = (pid: number) =>
    existsSync(`/proc/${pid}/fd`) && readdirSync(`/proc/${pid}/fd`).some((file) => linkOf(pid, file) === port);
  const named = { loader: loader.pid ?? 0, firmware: programPid() };
  return Object.entries(named).flatMap(([name, pid]) => (holds(pid) ? [name] : []));
}

/** One bit of the program itself: it still calls itself what it did. */
function damageConfirmed(): void {
  const area = typed.file('unit', 'flash', 'slot-b.img');
  const bytes = readFileSync(area);
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  writeFileSync(area, bytes);
}

describe.skipIf(noSocat !== undefined)('a unit whose firmware does not run', () => {
  beforeAll(async () => {
    typed = new CommandLine();
    cable = findCable();
    await cable.plug();
    await typed.must('image', 'key', '--out', 'maker');
    writeFileSync(
      typed.file('crashing.ts'),
      `import { existsSync } from 'node:fs';\nif (existsSync(${JSON.stringify(typed.file('crash'))})) process.exit(1);\n`,
    );
    writeFileSync(typed.file('faulty.ts'), `import './crashing.ts';\nimport ${JSON.stringify(deviceProgram)};\n`);
    await build('1.0.0', 1, typed.file('faulty.ts'));
    await build('1.1.0', 1, deviceProgram);
    await typed.must('centre', 'init', '--home', 'home', '--port', String(await freePort()));
    copyFileSync(typed.file('maker.pub'), typed.file('home/image-keys/maker.pem'));
    const as = ['--class', 'dosis-virtual', '--out', 'DD-0042.enrolment'];
    await typed.must('centre', 'enrol', 'DD-0042', '--home', 'home', ...as);
    await typed.must('centre', 'pass', 'T-1', '--home', 'home', '--role', 'technician', '--out', 'T-1.pass');
    startLoader();
  });
  afterAll(async () => {
    await stopLoader();
    await typed.end();
    await cable.remove();
  });

  it('says so over the cable, and takes firmware from anybody while it is nobody’s', async () => {
    expect(await info()).toMatchObject({ device: null, phase: 'recovery', faults: [{ code: 'firmware-missing' }] });
    expect(await mustTech('info', '--lang', 'en')).toMatch(
      /no name yet · without firmware.*151 +Unit without firmware/s,
    );
    const { code, out } = await tech('fault', '--lang', 'en');
    expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining('Unit without firmware') });
    expect(out).toContain('dosis tech flash');
    expect(await tech('provision', 'DD-0042.enrolment', '--lang', 'en')).toMatchObject({
      code: 1,
      out: expect.stringContaining('No firmware runs on the unit'),
    });
    expect(await mustTech('flash', '1.0.0.img', '--lang', 'en')).toContain('1.0.0 runs and is confirmed.');
    expect(await info()).toMatchObject({ device: null, phase: 'unprovisioned', firmware: '1.0.0' });
    expect(ownersOfCable()).toEqual(['firmware']);
  });

  it('is mended by whoever has a pass, and by nobody else, and is who it was', async () => {
    await mustTech('provision', 'DD-0042.enrolment');
    const { epoch, ...before } = await info();
    expect(before).toMatchObject({ device: 'DD-0042', phase: 'running' });
    await stopLoader();
    damageConfirmed();
    startLoader();
    await vi.waitFor(
      async () => expect(await info()).toMatchObject({ device: 'DD-0042', phase: 'recovery' }),
      patience,
    );
    expect(ownersOfCable()).toEqual(['loader']);
    expect(await tech('flash', '1.0.0.img')).toMatchObject({ code: 2 });
    expect(await info(...pass)).toMatchObject({
      session: { pass: 'T-1' },
      images: [{ slot: 0, version: '1.0.0', active: false, bootable: false }],
    });
    const log = await tech('log', ...pass, '--lang', 'en');
    expect(log).toMatchObject({ code: 1, out: expect.stringContaining('No firmware runs on the unit') });
    await mustTech('flash', '1.0.0.img', ...pass);
    expect(await info()).toMatchObject({ device: 'DD-0042', phase: 'running', epoch });
    expect(ownersOfCable()).toEqual(['firmware']);
  });

  it('is mended between two starts when it crashes again and again', async () => {
    writeFileSync(typed.file('crash'), '');
    process.kill(programPid(), 'SIGKILL');
    await vi.waitFor(async () => {
      expect(await info()).toMatchObject({ phase: 'recovery', faults: [{ code: 'firmware-crashing' }] });
    }, patience);
    await mustTech('flash', '1.1.0.img', ...pass);
    expect(await info()).toMatchObject({ device: 'DD-0042', phase: 'running', firmware: '1.1.0' });
    rmSync(typed.file('crash'));
    expect(loaderSays).not.toContain('fault of its own');
  });
});
