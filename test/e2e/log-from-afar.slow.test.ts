import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Ledger } from '../../firmware/ledger/ledger.ts';
import { provision } from '../../firmware/ledger/provision.ts';
import { openVault } from '../../hal/linux/vault.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { encodeEnrolment } from '../../protocol/messages/enrolment.ts';
import type { KeptLog } from '../../tools/centre/orders/log-store.ts';
import { readLog } from '../../tools/technician/log-file.ts';
import { freePort, mosquittoKind } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import { newHome, nowS, runMosquitto, type TestHome } from '../contract/secure-home.ts';
import { CommandLine, type Said } from './command-line.ts';
import { PanelByHand } from './panel-by-hand.ts';

const RECORDS = 8_000;
const BYTES_MIN = 300_000;
const PATIENT = { timeout: 60_000, interval: 50 };
const missing = noSocat ?? mosquittoKind.unavailable;

let typed: CommandLine;
let cable: Cable;
let secure: TestHome;
let broker: Awaited<ReturnType<typeof runMosquitto>>;
let api: string;
let panelPort: number;

const centre = () => ['--centre', api, '--home', secure.home.folder];
const send = (...words: readonly string[]) => typed.type('centre', 'send', 'DD-0042', ...words, ...centre());
const read = (name: string) => readFileSync(typed.file(name));

/** A file that a technician fetches beside the unit. */
async function fetchedByCable(what: 'log' | 'trace' | 'ledger', name: string): Promise<Buffer> {
  await typed.must('tech', what, '--out', name, '--port', cable.laptop, '--pass', 'T-1.pass');
  return read(name);
}

/** What the centre has of the log that came last. */
async function newest(): Promise<KeptLog | undefined> {
  const token = readFileSync(secure.home.paths.operatorToken, 'utf8').trim();
  const answer = await fetch(`${api}/api/devices/DD-0042/logs`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { logs: KeptLog[] }).logs[0];
}

/** A unit that has written down a great deal, and belongs to the home. */
async function makeUnit(folder: string): Promise<void> {
  openVault(`${folder}/vault`).write('newcomer', encodeEnrolment(await secure.enrol('DD-0042')));
  const store = openStore({ path: `${folder}/ledger.db` });
  provision(store, { device: 'DD-0042', epoch: 7, atMs: Date.now() });
  const ledger = new Ledger(store);
  const act = { type: 'service.done', act: 'session-opened', pass: 'T-17', at: nowS() } as const;
  ledger.commit([], Array(RECORDS).fill(act), Date.now());
  store.close();
}

describe.skipIf(missing !== undefined)('a unit of which the centre wants to know more', () => {
  beforeAll(async () => {
    typed = new CommandLine();
    cable = findCable();
    await cable.plug();
    secure = await newHome();
    const http = await freePort();
    panelPort = await freePort();
    api = `http://127.0.0.1:${http}`;
    await makeUnit(typed.file('unit'));
    const { folder } = secure.home;
    await typed.must('centre', 'pass', 'T-1', '--home', folder, '--role', 'technician', '--out', 'T-1.pass');
    broker = await runMosquitto(secure.home);
    const centreSays = typed.startDosis('centre', 'run', '--home', folder, '--http-port', String(http));
    await vi.waitFor(() => expect(centreSays()).toContain('connected to the broker'), PATIENT);
    const ports = ['--serial', cable.device, '--panel-port', String(panelPort)];
    typed.startDosis('device', '--folder', typed.file('unit'), ...ports);
    await vi.waitFor(async () => {
      const devices = await fetch(`${api}/api/devices`).then((answer) => answer.text());
      expect(devices).toMatch(/"online":true/);
    }, PATIENT);
  });
  afterAll(async () => {
    await typed.end();
    await broker.close();
    await cable.remove();
    secure.remove();
  });

  test('looks at its own parts when it is asked, and says what it found of each', async () => {
    const { code, out } = await send('self-test', '--wait', '--timeout', '60s');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('motor: well') });
    expect(out).toContain('sensors: well');
    expect(out).toContain('all that the unit can try by itself is well');
    expect(out).toContain(
      'can only be seen or heard at the unit, and was not tried: lamp, sounder, speech, button, lock',
    );
    const told = await typed.must('centre', 'send', '--status', 'DD-0042', '--lang', 'da', ...centre());
    expect(told).toMatch(
      /Selvtest: udført\n.*\n {2}alt, hvad apparatet selv kan prøve, er i orden\n {2}motor: i orden\n/,
    );
  });

  test('says when one of them is not well, and a technician at its cable is told the same fault', async () => {
    const panel = await PanelByHand.at(panelPort);
    panel.send({ do: 'fault', name: 'power', on: true });
    panel.send({ do: 'speed', factor: 60 });
    await vi.waitFor(async () => {
      const { out } = await typed.type('tech', 'fault', '--port', cable.laptop, '--lang', 'da');
      expect(out).toContain('Ingen strøm fra stikkontakten');
    }, PATIENT);
    panel.send({ do: 'speed', factor: 1 });
    const { code, out } = await send('self-test', '--wait', '--timeout', '60s', '--lang', 'da');
    expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining('fejl i: batteri\n') });
    expect(out).toContain('batteri: ikke i orden: der er ingen strøm fra stikkontakten\n');
    panel.send({ do: 'fault', name: 'power', on: false });
    panel.close();
  });

  test('sends a log of hundreds of kilobytes, over a broker that begins anew in the middle of it', async () => {
    const file = 'unit.log';
    let cutAt = 0;
    let told: Said = { code: null, out: '' };
    // A fast machine may be done before anybody could pull the plug.
    for (let tries = 0; tries < 5 && cutAt === 0; tries += 1) {
      const before = (await newest())?.command;
      const sending = send('send-log', '--bytes', '1000000', '--out', file, '--timeout', '100s');
      await vi.waitFor(
        async () => {
          const log = await newest();
          expect(log?.command).not.toBe(before);
          expect(log?.received).toBeGreaterThan(20_000);
        },
        { timeout: 60_000, interval: 5 },
      );
      await broker.close();
      const log = await newest();
      if (log?.state === 'partial') cutAt = log.received;
      broker = await runMosquitto(secure.home);
      told = await sending;
    }
    expect(cutAt).toBeGreaterThan(0);
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining('whole and as the unit sent them') });
    const bytes = new Uint8Array(read(file));
    expect(bytes.length).toBeGreaterThan(BYTES_MIN);
    expect(bytes.length).toBeGreaterThan(cutAt);
    const { records, brokenAfter } = readLog(bytes);
    expect(brokenAfter).toBeNull();
    expect(records.length).toBeGreaterThan(RECORDS / 2);
    expect(records.at(-1)?.event).toMatchObject({ type: 'command.obeyed', command: 'sendLog' });
    const shown = await typed.must('tech', 'log', file, '--lang', 'da');
    expect(shown).toMatch(/Ordre fra centralen udført · Selvtest\n/);
    expect(shown).toMatch(/Ordre fra centralen udført · Send log\n/);
    // A technician beside the unit is given the same bytes, with what has happened since behind them.
    const beside = await fetchedByCable('log', 'beside.log');
    expect(beside.indexOf(bytes)).toBeGreaterThanOrEqual(0);
    expect(readLog(new Uint8Array(beside)).brokenAfter).toBeNull();
  });

  test('sends the end of its trace as well, to be replayed, and once more to whoever asks the centre later', async () => {
    const asked = await send('send-log', '--trace', '--bytes', '1048576', '--out', 'unit.trace', '--timeout', '60s');
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('whole') });
    const trace = read('unit.trace');
    for (const line of trace.toString().trimEnd().split('\n')) expect(JSON.parse(line)).toBeTypeOf('object');
    expect((await fetchedByCable('trace', 'beside.trace')).indexOf(trace)).toBeGreaterThanOrEqual(0);
    expect(await typed.must('sim', 'replay', 'unit.trace')).toContain('the same to the byte');
    await typed.must('centre', 'log', 'DD-0042', '--out', 'later.trace', ...centre());
    expect(read('later.trace')).toEqual(trace);
  });

  test('gives a technician a copy of its ledger, while it works', async () => {
    await fetchedByCable('ledger', 'unit.sqlite');
    const store = openStore({ path: typed.file('unit.sqlite') });
    try {
      const { lastSeq } = new Ledger(store).log;
      expect(lastSeq).toBeGreaterThan(RECORDS);
      expect(readLog(new Uint8Array(read('beside.log'))).records.length).toBeLessThanOrEqual(lastSeq);
    } finally {
      store.close();
    }
  });
});
