import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { BoardOrder, HandsOrder } from '../../sim/board/child.ts';
import { freePort, mosquittoKind } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import { shownAt } from '../unit/cli/shown-at.ts';
import { CommandLine, deviceProgram } from './command-line.ts';
import { zoneAtNoon } from './swap-stage.ts';
import { unitLedger } from './three-ledgers.ts';

const UNIT = 'DD-0042';
const SLOT = 'noon';
const ZONE = zoneAtNoon();
const TODAY = Temporal.Now.zonedDateTimeISO(ZONE).toPlainDate().toString();
const patient = { timeout: 90_000, interval: 200 };
/** In real time, and as slow as the computer; it takes half a minute where nothing else runs. */
const WHOLE_MS_MAX = 400_000;
const missing = noSocat ?? mosquittoKind.unavailable;
/** A unit gives nothing by a clock that nobody has set. */
const setClock = ['--import', new URL('network-time.ts', import.meta.url).href];
const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** One dose a day, which can be taken now and for hours. */
const plan = [
  ...['profile: dual-roll', `zone: ${ZONE}`, 'language: da', 'serviceNumber: "70 12 34 56"', 'regimen:', '  slots:'],
  `    - { id: ${SLOT}, at: "12:00", beforeMinutes: 60, afterMinutes: 300 }`,
].join('\n');

let typed: CommandLine;
let cable: Cable;
/** The microcontroller with our sketch, a mechanism with sachets in it, and hands. */
let board: ChildProcess;

function order(what: BoardOrder): void {
  board.stdin?.write(`${JSON.stringify(what)}\n`);
}

const hands = (what: HandsOrder) => order({ hands: what });

function startBoard(): void {
  const what = ['--hex', path('hal/johnny-five/sketch/dosis.hex'), '--link', typed.file('chip'), '--sachets', '2'];
  board = spawn(process.execPath, [path('sim/board/child.ts'), ...what], { stdio: ['pipe', 'ignore', 'inherit'] });
  order('plug');
  order('power-on');
}

async function startCentre(): Promise<string> {
  const [mqtts, http] = [await freePort(), await freePort()];
  await typed.must('centre', 'init', '--home', 'home', '--port', String(mqtts));
  const card = ['--home', 'home', '--class', 'dosis-reference', '--out', 'unit.enrolment'];
  await typed.must('centre', 'enrol', UNIT, ...card);
  await typed.must('centre', 'pass', 'T-1', '--home', 'home', '--role', 'technician', '--out', 'T-1.pass');
  const says = typed.startDosis('centre', 'run', '--home', 'home', '--mosquitto', '--http-port', String(http));
  await vi.waitFor(() => expect(says()).toContain('connected to the broker'), patient);
  return `http://127.0.0.1:${http}`;
}

/** What became of doses, as the centre has it. */
async function dosesAt(centre: string): Promise<readonly string[]> {
  const answer = await fetch(`${centre}/api/devices/${UNIT}/events?after=0`);
  const { events } = (await answer.json()) as { readonly events: readonly { readonly event: DeviceEvent }[] };
  return dosesOf(events.map(({ event }) => event));
}

const dosesOf = (events: readonly DeviceEvent[]) =>
  events.map(({ type }) => type as string).filter((type) => type.startsWith('dose.'));

describe.skipIf(missing !== undefined)('a unit on the board, with a service centre', () => {
  beforeAll(async () => {
    typed = new CommandLine();
    cable = findCable();
    await cable.plug();
  });
  afterAll(async () => {
    await typed.end();
    board.stdin?.end();
    await cable.remove();
  });

  test(
    'is set up, filled at its open door, pressed at its button, and the dose that a hand takes is taken once',
    async () => {
      startBoard();
      const centre = await startCentre();
      const port = ['--port', cable.laptop];
      const display = await freePort();
      const lines = ['board: reference', `port: ${typed.file('chip')}`, `cable: ${cable.device}`, 'sound: none'];
      writeFileSync(typed.file('unit.yaml'), [...lines, `display: ${display}`].join('\n'));
      const said = typed.start(...setClock, deviceProgram, '--folder', 'unit', '--config', 'unit.yaml');
      await vi.waitFor(() => expect(said()).toContain('The unit is running.'), patient);
      expect(said()).toContain('The electronics answer.');

      await typed.must('tech', 'provision', 'unit.enrolment', ...port);
      writeFileSync(typed.file('plan.yaml'), plan);
      const road = ['--centre', centre, '--home', 'home', '--wait', '--timeout', '60s'];
      await typed.must('centre', 'config', 'set', UNIT, 'plan.yaml', ...road);
      hands('open the door');
      const pass = [...port, '--pass', 'T-1.pass'];
      const roll = ['--roll', 'A', '--from', TODAY, '--days', '2', '--yes'];
      await vi.waitFor(() => typed.must('tech', 'fill', ...roll, ...pass), patient);
      hands('close the door');
      await vi.waitFor(async () => expect(await shownAt(display)).toContain('Tryk på knappen'), patient);

      hands('press');
      await vi.waitFor(async () => expect(await dosesAt(centre)).toEqual(['dose.released', 'dose.presented']), patient);
      hands('take the sachet');
      const whole = ['dose.released', 'dose.presented', 'dose.taken'];
      await vi.waitFor(async () => expect(await dosesAt(centre)).toEqual(whole), patient);
      expect(await typed.mustTell('tech', 'fill', '--list', ...pass)).toMatchObject({
        rolls: [{ roll: 'A', sachets: [[SLOT, expect.any(String)]] }],
      });

      await typed.stop(said, 'SIGTERM');
      const { events, fates } = unitLedger(typed.file('unit'));
      expect([dosesOf(events), fates.get(`${SLOT}/${TODAY}`)]).toEqual([whole, 'taken']);
      expect(said()).not.toMatch(/fault of its own|tamper/);
    },
    WHOLE_MS_MAX,
  );
});
