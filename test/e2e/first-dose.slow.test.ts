import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { ZoneCalendar } from '../../sim/prescription/calendar.ts';
import { freePort, mosquittoKind } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dosis = join(root, 'tools/cli/main.ts');
const loader = join(root, 'tools/loader/main.ts');
const ZONE = 'Europe/Copenhagen';
const MINUTE_MS = 60_000;
const missing = noSocat ?? mosquittoKind.unavailable;

interface Said {
  readonly code: number | null;
  readonly out: string;
}

const running: ChildProcess[] = [];
let folder: string;
let cable: Cable;

/** Runs one command to its end, as a person would type it. */
async function type(...args: readonly string[]): Promise<Said> {
  const child = spawn(process.execPath, [dosis, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (out += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out };
}

/** A command that must hold. */
async function must(...args: readonly string[]): Promise<string> {
  const { code, out } = await type(...args);
  expect({ command: args.slice(0, 3), code, out }).toMatchObject({ code: 0 });
  return out;
}

/** Starts what goes on running. @returns what it has said so far */
function start(program: string, ...args: readonly string[]): () => string {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  running.push(child);
  return () => said;
}

/** A regimen whose window is open now, in the unit's own local time. */
function planOpenNow(): string {
  const nowMs = Date.now();
  const calendar = ZoneCalendar.of(ZONE, nowMs);
  const at = calendar.format(nowMs + 2 * MINUTE_MS).slice(11, 16);
  return [
    'profile: dual-roll',
    `zone: ${ZONE}`,
    'language: da',
    'serviceNumber: "70 12 34 56"',
    'regimen:',
    '  slots:',
    `    - { id: first, at: "${at}", beforeMinutes: 60, afterMinutes: 75 }`,
  ].join('\n');
}

interface Face {
  readonly refused?: unknown;
  readonly view: { readonly button: string };
  readonly hardware: { readonly cup: string | null };
}

/** The unit's face in a browser, without the browser. */
async function panelAt(port: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { origin: `http://127.0.0.1:${port}` } });
  let face: Face | undefined;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Face;
    if (message.refused === undefined) face = message;
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    send: (command: object) => socket.send(JSON.stringify(command)),
    shows: (what: (face: Face) => boolean) =>
      vi.waitFor(() => expect(face !== undefined && what(face)).toBe(true), { timeout: 60_000, interval: 50 }),
    close: () => socket.close(),
  };
}

describe.skipIf(missing !== undefined)('from an empty unit to its first dose', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dosis-first-dose-'));
    cable = findCable();
    await cable.plug();
  });
  afterAll(async () => {
    for (const child of running.splice(0)) {
      child.kill('SIGTERM');
      await new Promise((resolve) => (child.exitCode === null ? child.once('close', resolve) : resolve(undefined)));
    }
    await cable.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('provisioned and flashed over the cable, configured over the air, pressed, and known at the centre', async () => {
    const [mqtts, http, panelPort] = [await freePort(), await freePort(), await freePort()];
    const port = ['--port', cable.laptop];
    const centre = ['--centre', `http://127.0.0.1:${http}`, '--home', 'home'];

    await must('image', 'key', '--out', 'maker');
    for (const [version, counter] of [
      ['1.0.0', '1'],
      ['1.1.0', '2'],
    ] as const) {
      const program = join(root, 'tools/cli/device-program.ts');
      const what = ['--class', 'dosis-virtual', '--version', version, '--counter', counter, '--arch', process.arch];
      await must('image', 'build', '--entry', program, ...what, '--key', 'maker', '--out', `${version}.img`);
    }
    await must('centre', 'init', '--home', 'home', '--port', String(mqtts));
    copyFileSync(join(folder, 'maker.pub'), join(folder, 'home/image-keys/maker.pem'));
    await must(
      'centre',
      'enrol',
      'DD-0042',
      '--home',
      'home',
      '--class',
      'dosis-virtual',
      '--out',
      'DD-0042.enrolment',
    );
    await must('centre', 'pass', 'T-1', '--home', 'home', '--role', 'technician', '--out', 'T-1.pass');
    const centreSays = start(dosis, 'centre', 'run', '--home', 'home', '--mosquitto', '--http-port', String(http));
    await vi.waitFor(() => expect(centreSays()).toContain('connected to the broker'), { timeout: 60_000 });

    const unit = ['--folder', join(folder, 'unit'), '--serial', cable.device, '--panel-port', String(panelPort)];
    const keys = ['--image-key', join(folder, 'maker.pub')];
    const board = ['--folder', 'unit', '--ledger', 'unit/ledger.db', '--class', 'dosis-virtual', '--key', 'maker.pub'];
    const loaderSays = start(loader, ...board, '--factory', '1.0.0.img', '--', ...unit, ...keys);
    await vi.waitFor(() => expect(loaderSays()).toContain('The unit is running'), { timeout: 60_000 });

    await must('tech', 'provision', 'DD-0042.enrolment', ...port);
    await must('tech', 'flash', '1.1.0.img', ...port, '--pass', 'T-1.pass');
    expect(JSON.parse(await must('tech', 'info', ...port, '--json'))).toMatchObject({ firmware: '1.1.0' });
    writeFileSync(join(folder, 'plan.yaml'), planOpenNow());
    await must('centre', 'config', 'set', 'DD-0042', 'plan.yaml', ...centre, '--wait', '--timeout', '60s');

    const panel = await panelAt(panelPort);
    panel.send({ do: 'refill' });
    panel.send({ do: 'speed', factor: 60 });
    await panel.shows(({ view }) => view.button === 'release');
    panel.send({ do: 'speed', factor: 1 });
    panel.send({ do: 'press' });
    await panel.shows(({ hardware }) => hardware.cup !== null);
    panel.send({ do: 'take' });
    await panel.shows(({ hardware }) => hardware.cup === null);
    panel.close();

    await vi.waitFor(
      async () => {
        const events = await fetch(`http://127.0.0.1:${http}/api/devices/DD-0042/events`).then((answer) =>
          answer.text(),
        );
        expect(events).toContain('dose.taken');
        expect(events).toContain('image-test');
      },
      { timeout: 60_000, interval: 500 },
    );
    expect(await must('tech', 'log', ...port, '--pass', 'T-1.pass')).toContain('first');
  });
});
