import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { imagePartBytesMax } from '../../protocol/messages/signed-limits.ts';
import { ZoneCalendar } from '../../sim/prescription/calendar.ts';
import { openHome } from '../../tools/centre/authority/home.ts';
import type { OwnMosquitto } from '../../tools/centre/authority/mosquitto.ts';
import type { Fetched } from '../../tools/centre/images/image-desk.ts';
import { paceLimits } from '../../tools/centre/images/pace.ts';
import { freePort, mosquittoKind } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import { runMosquitto } from '../contract/secure-home.ts';
import { CommandLine, deviceProgram, loaderProgram } from './command-line.ts';
import { PanelByHand } from './panel-by-hand.ts';

const ZONE = 'Europe/Copenhagen';
const MINUTE_MS = 60_000;
/** As often as a checkpoint is written (firmware/update/upload-sink.ts). */
const CHECKPOINT_BYTES = 256 * 1024;
/** The unit asks for 16 KiB four times in a second. */
const UNIT_BYTES_PER_S = 64 * 1024;
const missing = noSocat ?? mosquittoKind.unavailable;
const patience = { timeout: 60_000, interval: 100 };

let typed: CommandLine;
let cable: Cable;
let mosquitto: OwnMosquitto;
let api: string;
let httpPort: number;
let centreSays: () => string;
let panelPort: number;
let loaderSays: () => string;

async function build(version: string, changed: Record<string, string> = {}): Promise<Uint8Array> {
  const usual = { '--class': 'dosis-virtual', '--counter': '2', '--key': 'maker', '--entry': deviceProgram };
  const what = Object.entries({ ...usual, ...changed, '--version': version, '--arch': process.arch }).flat();
  const out = `${version}${changed['--key'] ?? ''}.img`;
  await typed.must('image', 'build', ...what, '--out', out);
  return new Uint8Array(readFileSync(typed.file(out)));
}

/** Puts an image into the centre past its own check, as somebody could who has got at its disk. @returns its name */
function smuggle(file: Uint8Array, version: string): string {
  const image = createHash('sha256').update(file).digest('hex');
  const card = {
    image,
    hash: image,
    bytes: file.length,
    version,
    securityCounter: 1,
    deviceClass: '',
    signedBy: '',
    addedS: 1,
  };
  writeFileSync(typed.file('home/images', `${image}.img`), file);
  writeFileSync(typed.file('home/images', `${image}.json`), JSON.stringify(card));
  return image;
}

async function ask<T>(path: string): Promise<T> {
  return (await fetch(api + path).then((answer) => answer.json())) as T;
}

const fetched = () => ask<Partial<Fetched>>('/api/devices/DD-0042/update');
const info = () => typed.mustTell('tech', 'info', '--port', cable.laptop);
const update = (image: string, ...more: readonly string[]) =>
  typed.type('centre', 'send', 'DD-0042', 'update', image, '--centre', api, '--home', 'home', ...more);
const times = (text: string) => loaderSays().split(text).length - 1;

async function firmware(): Promise<string | undefined> {
  const { devices } = await ask<{ devices: { id: string; firmware: string }[] }>('/api/devices');
  return devices.find(({ id }) => id === 'DD-0042')?.firmware;
}

/** How much had been sent, at some time between two. */
interface Look {
  readonly sent: number;
  readonly bytes: number;
  readonly askedMs: number;
  readonly toldMs: number;
}

function lookUntil(holds: (look: Look) => boolean): Promise<Look> {
  return vi.waitFor(async () => {
    const askedMs = performance.now();
    const { sent = 0, bytes = 0 } = await fetched();
    const look = { sent, bytes, askedMs, toldMs: performance.now() };
    expect(holds(look)).toBe(true);
    return look;
  }, patience);
}

/** No piece more than this allows has come between two looks. */
function expectNoFaster(bytesPerS: number, from: Look, to: Look): void {
  const allowed = (bytesPerS * (to.toldMs - from.askedMs)) / 1000 + imagePartBytesMax;
  expect(to.sent - from.sent).toBeLessThanOrEqual(allowed);
}

async function startCentre(): Promise<void> {
  api = `http://127.0.0.1:${httpPort}`;
  centreSays = typed.startDosis('centre', 'run', '--home', 'home', '--http-port', String(httpPort));
  await vi.waitFor(() => expect(centreSays()).toContain('connected to the broker'), patience);
}

async function startUnit(): Promise<void> {
  panelPort = await freePort();
  const unit = ['--folder', typed.file('unit'), '--serial', cable.device, '--panel-port', String(panelPort)];
  const keys = ['--image-key', typed.file('maker.pub')];
  const board = ['--folder', 'unit', '--ledger', 'unit/ledger.db', '--class', 'dosis-virtual', '--key', 'maker.pub'];
  loaderSays = typed.start(loaderProgram, ...board, '--factory', '1.0.0.img', '--', ...unit, ...keys);
  await vi.waitFor(() => expect(loaderSays()).toContain('The unit is running'), patience);
  await typed.must('tech', 'provision', 'DD-0042.enrolment', '--port', cable.laptop);
  await vi.waitFor(async () => expect(await firmware()).toBe('1.0.0'), patience);
}

/** A regimen of one dose a day, for which the unit calls now. */
function planDueNow(): string {
  const calendar = ZoneCalendar.of(ZONE, Date.now());
  const at = calendar.format(Date.now() + 2 * MINUTE_MS).slice(11, 16);
  return [
    ...['profile: dual-roll', `zone: ${ZONE}`, 'language: da', 'serviceNumber: "70 12 34 56"', 'regimen:', '  slots:'],
    `    - { id: first, at: "${at}", beforeMinutes: 60, afterMinutes: 75 }`,
  ].join('\n');
}

describe.skipIf(missing !== undefined)('firmware from the centre', () => {
  beforeAll(async () => {
    typed = new CommandLine();
    cable = findCable();
    await cable.plug();
    for (const key of ['maker', 'stranger']) await typed.must('image', 'key', '--out', key);
    await build('1.0.0', { '--counter': '1' });
    await build('1.1.0');
    await typed.must('centre', 'init', '--home', 'home', '--port', String(await freePort()));
    copyFileSync(typed.file('maker.pub'), typed.file('home/image-keys/maker.pem'));
    const as = ['--class', 'dosis-virtual', '--out', 'DD-0042.enrolment'];
    await typed.must('centre', 'enrol', 'DD-0042', '--home', 'home', ...as);
    mosquitto = await runMosquitto(openHome(typed.file('home')));
    httpPort = await freePort();
    await startCentre();
    await startUnit();
  });

  afterAll(async () => {
    await typed.end();
    await mosquitto?.close();
    await cable.remove();
  });

  test('goes on after a restart of the broker and kills of unit and centre, and runs confirmed in the end', async () => {
    expect(await typed.must('centre', 'image', 'add', '1.1.0.img', '--home', 'home')).toMatch(/^Kept: 1\.1\.0 · /);
    const { id } = JSON.parse((await update('1.1.0', '--json')).out) as { id: number };
    const first = await lookUntil(({ sent }) => sent > 0);
    expectNoFaster(UNIT_BYTES_PER_S, first, await lookUntil(({ sent }) => sent > CHECKPOINT_BYTES));
    await mosquitto.close();
    mosquitto = await runMosquitto(openHome(typed.file('home')));
    await lookUntil(({ sent }) => sent > 2 * CHECKPOINT_BYTES + imagePartBytesMax);
    expect(times('is fetched from byte')).toBe(1);

    const pid = Number.parseInt(readFileSync(typed.file('unit/program.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(times('is fetched from byte')).toBe(2), patience);
    expect(loaderSays()).toContain(`Firmware 1.1.0 is fetched from byte ${2 * CHECKPOINT_BYTES} on.`);

    await lookUntil(({ sent }) => sent > 3 * CHECKPOINT_BYTES);
    await typed.stop(centreSays, 'SIGKILL');
    await startCentre();
    await lookUntil(({ sent }) => sent > 4 * CHECKPOINT_BYTES);
    expect(times('is fetched from byte')).toBe(2);
    const state = async () => (await ask<{ state: string }>(`/api/devices/DD-0042/commands/${id}`)).state;
    await vi.waitFor(async () => expect(await state()).toBe('done'), patience);
    await vi.waitFor(async () => expect(await firmware()).toBe('1.1.0'), patience);
    const { events } = await ask<{ events: { event: object }[] }>('/api/devices/DD-0042/events');
    const ended = events.map(({ event }) => event).filter((event) => 'type' in event && event.type === 'update.ended');
    expect(ended).toMatchObject([{ firmware: '1.1.0' }]);
    expect(ended[0]).not.toHaveProperty('code');
    expect(await info()).toMatchObject({ firmware: '1.1.0' });
  });

  test.each<[string, () => Promise<readonly [Uint8Array, string]>, string]>([
    [
      'signed with another key',
      async () => [await build('1.3.0', { '--entry': 'small.ts', '--key': 'stranger' }), '1.3.0'],
      'Programfilen er underskrevet med en nøgle, som apparatet ikke stoler på.',
    ],
    [
      'whose counter is below what was confirmed',
      async () => [await build('1.3.1', { '--entry': 'small.ts', '--counter': '1' }), '1.3.1'],
      'Programmet er ældre end det, apparatet har godkendt.',
    ],
    [
      'of an older version',
      async () => [await build('1.0.9', { '--entry': 'small.ts' }), '1.0.9'],
      'Programmet er ældre end det, apparatet har godkendt.',
    ],
    [
      'for another kind of unit',
      async () => [await build('1.3.2', { '--entry': 'small.ts', '--class': 'dosis-other' }), '1.3.2'],
      'Programfilen er til en anden slags apparat.',
    ],
    [
      'that ends too early',
      async () => [(await build('1.3.3', { '--entry': 'small.ts' })).slice(0, -40), '1.3.3'],
      'Programfilen er kortere, end den selv siger.',
    ],
    [
      'whose signature somebody has changed',
      async () => [withByte(await build('1.3.4', { '--entry': 'small.ts' }), -1), '1.3.4'],
      'Underskriften i programfilen passer ikke.',
    ],
  ])('%s is refused in plain words, and what runs goes on', async (_, make, sentence) => {
    writeFileSync(typed.file('small.ts'), 'console.log("Nobody ever sees this.");');
    const [started, told] = [times('The unit is running'), await make()];
    const { code, out } = await update(smuggle(...told), '--wait', '--timeout', '60s', '--lang', 'da');
    expect(out).toContain(': afvist, intet er gjort\n');
    expect(out).toContain(sentence);
    expect(code).toBe(1);
    expect(await info()).toMatchObject({ firmware: '1.1.0' });
    expect(times('The unit is running')).toBe(started);
  });

  test('is not tried while a dose is due, and is when the citizen has taken it', async () => {
    writeFileSync(typed.file('plan.yaml'), planDueNow());
    const centre = ['--centre', api, '--home', 'home'];
    await typed.must('centre', 'config', 'set', 'DD-0042', 'plan.yaml', ...centre, '--wait', '--timeout', '60s');
    const panel = await PanelByHand.at(panelPort);
    panel.send({ do: 'refill' });
    panel.send({ do: 'speed', factor: 60 });
    await panel.shows(({ view, hardware }) => view.button === 'release' && !hardware.doorOpen);
    await build('1.2.0', { '--counter': '3' });
    await typed.must('centre', 'image', 'add', '1.2.0.img', '--home', 'home');
    const said = update('1.2.0', '--wait', '--timeout', '110s', '--json');
    const first = await lookUntil(({ sent, bytes }) => sent < bytes);
    // The unit's own pauses are sixty times shorter now: what holds it back is the centre.
    expectNoFaster(paceLimits.unitBytes, first, await lookUntil(({ sent, bytes }) => sent === bytes));

    const hereMs = Date.parse(panel.face?.now ?? '');
    await panel.shows(({ now }) => Date.parse(now) > hereMs + 5 * MINUTE_MS);
    expect(panel.face?.view.button).toBe('release');
    expect(await firmware()).toBe('1.1.0');
    panel.send({ do: 'speed', factor: 1 });
    panel.send({ do: 'press' });
    await panel.shows(({ hardware }) => hardware.cup !== null);
    expect(await firmware()).toBe('1.1.0');
    panel.send({ do: 'take' });
    panel.close();
    const { code, out } = await said;
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, state: 'done' });
    await vi.waitFor(async () => expect(await firmware()).toBe('1.2.0'), patience);
    const { events } = await ask<{ events: { event: { type: string } }[] }>('/api/devices/DD-0042/events');
    expect(events.filter(({ event }) => event.type === 'dose.taken')).toHaveLength(1);
  });
});

function withByte(file: Uint8Array, at: number): Uint8Array {
  const changed = file.slice();
  const place = at < 0 ? file.length + at : at;
  changed[place] = (changed[place] ?? 0) ^ 1;
  return changed;
}
