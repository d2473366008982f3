import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openHome } from '../../tools/centre/authority/home.ts';
import type { OwnMosquitto } from '../../tools/centre/authority/mosquitto.ts';
import { freePort, mosquittoKind } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import { runMosquitto } from '../contract/secure-home.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dosis = join(root, 'tools/cli/main.ts');
const loader = join(root, 'tools/loader/main.ts');
const program = join(root, 'tools/cli/device-program.ts');
const missing = noSocat ?? mosquittoKind.unavailable;
const patience = { timeout: 60_000, interval: 100 };

const running: ChildProcess[] = [];
let folder: string;
let cable: Cable;
let mosquitto: OwnMosquitto | undefined;
let api: string;

/** Starts what goes on running. @returns what it has said so far */
function start(...words: readonly string[]): () => string {
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  running.push(child);
  return () => said;
}

/** Runs one command to its end, as a person would type it. */
async function type(...words: readonly string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [dosis, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (out += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out };
}

/** A command that must hold. */
async function must(...words: readonly string[]): Promise<string> {
  const { code, out } = await type(...words);
  expect({ command: words.slice(0, 3), code, out }).toMatchObject({ code: 0 });
  return out;
}

async function ask(path: string): Promise<Record<string, unknown>> {
  return (await fetch(api + path).then((answer) => answer.json())) as Record<string, unknown>;
}

async function build(version: string, counter: number, key: string): Promise<void> {
  const what = ['--class', 'dosis-virtual', '--version', version, '--counter', String(counter), '--arch', process.arch];
  await must('image', 'build', '--entry', program, ...what, '--key', key, '--out', `${version}.img`);
}

const sent = async () => ((await ask('/api/devices/DD-0042/update')).sent as number | undefined) ?? 0;
const firmware = async () =>
  ((await ask('/api/devices')).devices as { id: string; firmware: string }[]).find(({ id }) => id === 'DD-0042')
    ?.firmware;

describe.skipIf(missing !== undefined)('firmware from the centre', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dosis-air-'));
    cable = findCable();
    await cable.plug();
    for (const key of ['maker', 'stranger']) await must('image', 'key', '--out', key);
    await build('1.0.0', 1, 'maker');
    await build('1.1.0', 2, 'maker');
    await build('1.2.0', 3, 'stranger');
    const [mqtts, http] = [await freePort(), await freePort()];
    api = `http://127.0.0.1:${http}`;
    await must('centre', 'init', '--home', 'home', '--port', String(mqtts));
    copyFileSync(join(folder, 'maker.pub'), join(folder, 'home/image-keys/maker.pem'));
    const as = ['--class', 'dosis-virtual', '--out', 'DD-0042.enrolment'];
    await must('centre', 'enrol', 'DD-0042', '--home', 'home', ...as);
    mosquitto = await runMosquitto(openHome(join(folder, 'home')));
    const centreSays = start(dosis, 'centre', 'run', '--home', 'home', '--http-port', String(http));
    await vi.waitFor(() => expect(centreSays()).toContain('connected to the broker'), patience);

    const unit = ['--folder', join(folder, 'unit'), '--serial', cable.device];
    const keys = ['--image-key', join(folder, 'maker.pub')];
    const board = ['--folder', 'unit', '--ledger', 'unit/ledger.db', '--class', 'dosis-virtual', '--key', 'maker.pub'];
    const loaderSays = start(loader, ...board, '--factory', '1.0.0.img', '--', ...unit, ...keys);
    await vi.waitFor(() => expect(loaderSays()).toContain('The unit is running'), patience);
    await must('tech', 'provision', 'DD-0042.enrolment', '--port', cable.laptop);
    await vi.waitFor(async () => expect(await firmware()).toBe('1.0.0'), patience);
  });

  afterAll(async () => {
    for (const child of running.splice(0)) {
      child.kill('SIGTERM');
      await new Promise((resolve) => (child.exitCode === null ? child.once('close', resolve) : resolve(undefined)));
    }
    await mosquitto?.close();
    await cable.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const update = (version: string, ...more: readonly string[]) =>
    type('centre', 'send', 'DD-0042', 'update', version, '--centre', api, '--home', 'home', ...more);

  test('that goes on after a restart of the broker runs confirmed in the end', async () => {
    expect(await must('centre', 'image', 'add', '1.1.0.img', '--home', 'home')).toMatch(/^Kept: 1\.1\.0 · /);
    const said = update('1.1.0', '--wait', '--timeout', '110s', '--json');
    await vi.waitFor(async () => expect(await sent()).toBeGreaterThan(200_000), patience);
    await mosquitto?.close();
    const before = await sent();
    mosquitto = await runMosquitto(openHome(join(folder, 'home')));
    const { code, out } = await said;
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, type: 'update', state: 'done' });
    expect(before).toBeLessThan(1_000_000);
    await vi.waitFor(async () => expect(await firmware()).toBe('1.1.0'), patience);
    const { events } = (await ask('/api/devices/DD-0042/events')) as { events: { event: object }[] };
    expect(events.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({ type: 'update.ended', firmware: '1.1.0' }),
    );
    const info = JSON.parse(await must('tech', 'info', '--port', cable.laptop, '--json'));
    expect(info).toMatchObject({ firmware: '1.1.0' });
  });

  test('that the unit does not trust is refused in plain words, and the old one runs on', async () => {
    // The centre believes somebody whom the unit, enrolled earlier, does not.
    copyFileSync(join(folder, 'stranger.pub'), join(folder, 'home/image-keys/stranger.pem'));
    await must('centre', 'image', 'add', '1.2.0.img', '--home', 'home');
    const { code, out } = await update('1.2.0', '--wait', '--timeout', '110s', '--lang', 'da');
    expect(out).toContain('Programfilen er underskrevet med en nøgle, som apparatet ikke stoler på.');
    expect(code).toBe(1);
    expect(JSON.parse(await must('tech', 'info', '--port', cable.laptop, '--json'))).toMatchObject({
      firmware: '1.1.0',
    });
  });
});
