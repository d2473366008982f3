import { copyFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ZoneCalendar } from '../../sim/prescription/calendar.ts';
import { freePort, mosquittoKind } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import { CommandLine, deviceProgram, loaderProgram } from './command-line.ts';
import { PanelByHand } from './panel-by-hand.ts';

const ZONE = 'Europe/Copenhagen';
const MINUTE_MS = 60_000;
const missing = noSocat ?? mosquittoKind.unavailable;

let typed: CommandLine;
let cable: Cable;

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

describe.skipIf(missing !== undefined)('from an empty unit to its first dose', () => {
  beforeAll(async () => {
    typed = new CommandLine();
    cable = findCable();
    await cable.plug();
  });
  afterAll(async () => {
    await typed.end();
    await cable.remove();
  });

  test('provisioned and flashed over the cable, configured over the air, pressed, and known at the centre', async () => {
    const [mqtts, http, panelPort] = [await freePort(), await freePort(), await freePort()];
    const port = ['--port', cable.laptop];
    const centre = ['--centre', `http://127.0.0.1:${http}`, '--home', 'home'];

    await typed.must('image', 'key', '--out', 'maker');
    for (const [version, counter] of [
      ['1.0.0', '1'],
      ['1.1.0', '2'],
    ] as const) {
      const what = ['--entry', deviceProgram, '--class', 'dosis-virtual', '--arch', process.arch, '--key', 'maker'];
      const named = ['--version', version, '--counter', counter, '--out', `${version}.img`];
      await typed.must('image', 'build', ...what, ...named);
    }
    await typed.must('centre', 'init', '--home', 'home', '--port', String(mqtts));
    copyFileSync(typed.file('maker.pub'), typed.file('home/image-keys/maker.pem'));
    const enrolled = ['--home', 'home', '--class', 'dosis-virtual', '--out', 'DD-0042.enrolment'];
    await typed.must('centre', 'enrol', 'DD-0042', ...enrolled);
    await typed.must('centre', 'pass', 'T-1', '--home', 'home', '--role', 'technician', '--out', 'T-1.pass');
    const run = ['run', '--home', 'home', '--mosquitto', '--http-port', String(http)];
    const centreSays = typed.startDosis('centre', ...run);
    await vi.waitFor(() => expect(centreSays()).toContain('connected to the broker'), { timeout: 60_000 });

    const unit = ['--folder', typed.file('unit'), '--serial', cable.device, '--panel-port', String(panelPort)];
    const keys = ['--image-key', typed.file('maker.pub')];
    const board = ['--folder', 'unit', '--ledger', 'unit/ledger.db', '--class', 'dosis-virtual', '--key', 'maker.pub'];
    const loaderSays = typed.start(loaderProgram, ...board, '--factory', '1.0.0.img', '--', ...unit, ...keys);
    await vi.waitFor(() => expect(loaderSays()).toContain('The unit is running'), { timeout: 60_000 });
    expect(loaderSays()).toContain('info There is no firmware to start; the image 1.0.0.img is put in.');
    expect(loaderSays()).not.toContain('No firmware on this unit');

    await typed.must('tech', 'provision', 'DD-0042.enrolment', ...port);
    await typed.must('tech', 'flash', '1.1.0.img', ...port, '--pass', 'T-1.pass');
    expect(await typed.mustTell('tech', 'info', ...port)).toMatchObject({ firmware: '1.1.0' });
    writeFileSync(typed.file('plan.yaml'), planOpenNow());
    await typed.must('centre', 'config', 'set', 'DD-0042', 'plan.yaml', ...centre, '--wait', '--timeout', '60s');

    const face = await fetch(`http://127.0.0.1:${panelPort}/`);
    expect(await face.text()).toContain('<title>Dosis</title>');
    expect(loaderSays()).toContain('Open it in a browser');
    const panel = await PanelByHand.at(panelPort);
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
    expect(await typed.must('tech', 'log', ...port, '--pass', 'T-1.pass')).toContain('first');
  });
});
