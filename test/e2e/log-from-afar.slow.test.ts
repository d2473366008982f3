import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Ledger } from '../../firmware/ledger/ledger.ts';
import { provision } from '../../firmware/ledger/provision.ts';
import { openVault } from '../../hal/linux/vault.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { encodeEnrolment } from '../../protocol/messages/enrolment.ts';
import type { KeptLog } from '../../tools/centre/orders/log-store.ts';
import { readLog } from '../../tools/technician/log-file.ts';
import { freePort, mosquittoKind } from '../contract/brokers.ts';
import { newHome, nowS, runMosquitto, type TestHome } from '../contract/secure-home.ts';

const dosis = fileURLToPath(new URL('../../tools/cli/main.ts', import.meta.url));
const RECORDS = 8_000;
const BYTES_MIN = 300_000;
const PATIENT = { timeout: 60_000, interval: 50 };

let parent: string;
let secure: TestHome;
let broker: Awaited<ReturnType<typeof runMosquitto>>;
let http: number;
const running: ChildProcess[] = [];

interface Said {
  readonly code: number | null;
  readonly out: string;
}

/** Runs one command to its end, as a person would type it. */
async function type(...args: readonly string[]): Promise<Said> {
  const child = spawn(process.execPath, [dosis, ...args], { cwd: parent, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (out += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out };
}

const send = (...words: readonly string[]) =>
  type('centre', 'send', 'DD-0042', ...words, '--centre', `http://127.0.0.1:${http}`, '--home', secure.home.folder);

function start(...args: readonly string[]): () => string {
  const child = spawn(process.execPath, [dosis, ...args], { cwd: parent, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  running.push(child);
  return () => said;
}

/** What the centre has of the log that came last. */
async function newest(): Promise<KeptLog | undefined> {
  const token = readFileSync(secure.home.paths.operatorToken, 'utf8').trim();
  const answer = await fetch(`http://127.0.0.1:${http}/api/devices/DD-0042/logs`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await answer.json()) as { logs: KeptLog[] }).logs[0];
}

/** A unit that has written down a great deal, and belongs to the home. */
async function makeUnit(folder: string): Promise<void> {
  openVault(join(folder, 'vault')).write('newcomer', encodeEnrolment(await secure.enrol('DD-0042')));
  const store = openStore({ path: join(folder, 'ledger.db') });
  provision(store, { device: 'DD-0042', epoch: 7, atMs: Date.now() });
  const ledger = new Ledger(store);
  const act = { type: 'service.done', act: 'session-opened', pass: 'T-17', at: nowS() } as const;
  ledger.commit([], Array(RECORDS).fill(act), Date.now());
  store.close();
}

describe.skipIf(mosquittoKind.unavailable !== undefined)('a unit of which the centre wants to know more', () => {
  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'dosis-afar-'));
    secure = await newHome();
    http = await freePort();
    await makeUnit(join(parent, 'unit'));
    broker = await runMosquitto(secure.home);
    const centreSays = start('centre', 'run', '--home', secure.home.folder, '--http-port', String(http));
    await vi.waitFor(() => expect(centreSays()).toContain('connected to the broker'), PATIENT);
    start('device', '--folder', join(parent, 'unit'));
    await vi.waitFor(async () => {
      const devices = await fetch(`http://127.0.0.1:${http}/api/devices`).then((answer) => answer.text());
      expect(devices).toMatch(/"online":true/);
    }, PATIENT);
  });
  afterAll(async () => {
    for (const child of running.splice(0)) {
      child.kill('SIGTERM');
      await new Promise((resolve) => (child.exitCode === null ? child.once('close', resolve) : resolve(undefined)));
    }
    await broker.close();
    secure.remove();
    rmSync(parent, { recursive: true, force: true });
  });

  test('looks at its own parts when it is asked, and says what it found of each', async () => {
    const { code, out } = await send('self-test', '--wait', '--timeout', '60s');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('motor: well') });
    expect(out).toContain('sensors: well');
    expect(out).toContain('lamp: not tried; it can only be seen or heard at the unit');
  });

  test('sends a log of hundreds of kilobytes, over a broker that begins anew in the middle of it', async () => {
    const file = join(parent, 'unit.log');
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
    const bytes = new Uint8Array(readFileSync(file));
    expect(bytes.length).toBeGreaterThan(BYTES_MIN);
    expect(bytes.length).toBeGreaterThan(cutAt);
    const { records, brokenAfter } = readLog(bytes);
    expect(brokenAfter).toBeNull();
    expect(records.length).toBeGreaterThan(RECORDS / 2);
    expect(records.at(-1)?.event).toMatchObject({ type: 'command.obeyed', command: 'sendLog' });
    const shown = await type('tech', 'log', file, '--lang', 'da');
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('Send log') });
  });

  test('sends the end of its trace as well, and all of it once more to whoever asks the centre later', async () => {
    const file = join(parent, 'unit.trace');
    const { code, out } = await send('send-log', '--trace', '--bytes', '100000', '--out', file, '--timeout', '60s');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('whole') });
    const text = readFileSync(file, 'utf8');
    expect(text.length).toBeGreaterThan(1000);
    for (const line of text.trimEnd().split('\n')) expect(JSON.parse(line)).toBeTypeOf('object');
    const later = join(parent, 'later.trace');
    const where = ['--centre', `http://127.0.0.1:${http}`, '--home', secure.home.folder];
    expect(await type('centre', 'log', 'DD-0042', '--out', later, ...where)).toMatchObject({ code: 0 });
    expect(readFileSync(later, 'utf8')).toBe(text);
  });
});
