import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FleetReport } from '../../sim/fleet/report.ts';
import { openHome } from '../../tools/centre/authority/home.ts';
import { isAlive } from '../../tools/centre/authority/lock.ts';
import { mosquittoOf } from '../../tools/centre/authority/mosquitto.ts';
import { mosquittoKind } from '../contract/brokers.ts';
import { newHome, runMosquitto } from '../contract/secure-home.ts';

const main = fileURLToPath(new URL('../../tools/cli/main.ts', import.meta.url));

/** Runs `dosis fleet` with a folder of its own for what is thrown away, which is to be empty in the end. */
function fleet(...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const child = spawn(process.execPath, [main, 'fleet', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => (said.out += text));
  child.stderr.on('data', (text) => (said.err += text));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, ...said }));
  });
  return { child, ended, folder, left: () => readdirSync(folder) };
}

const reportIn = (out: string) => JSON.parse(out) as FleetReport;

describe.runIf(mosquittoKind.unavailable === undefined)('dosis fleet', () => {
  it('keeps every promise with a few units, says so in one document, and leaves nothing behind', async () => {
    const run = fleet('--devices', '12', '--seconds', '20', '--json');
    const { code, out, err } = await run.ended;
    expect(err).toBe('');
    const report = reportIn(out);
    expect(report.promises.filter(({ held }) => !held)).toEqual([]);
    expect(code).toBe(0);
    expect(report.missed.samples).toBeGreaterThanOrEqual(3);
    expect(report.noticed.map(({ ms }) => ms.length)).toEqual([1, 1, 1, 1]);
    expect(report.storms.map(({ sessions, connects }) => [sessions, connects >= 8])).toEqual([
      ['kept', true],
      ['lost', true],
    ]);
    expect(run.left()).toEqual([]);
  });

  it('uses a broker that runs already without ending it, and enrols its units in that home again and again', async () => {
    const centre = await newHome();
    const mosquitto = await runMosquitto(centre.home);
    onTestFinished(async () => {
      await mosquitto.close();
      centre.remove();
    });
    const args = ['--devices', '5', '--seconds', '1', '--json'];
    const there = ['--home', centre.home.folder, '--broker', centre.home.localBrokerUrl];
    for (const times of [1, 2]) {
      const { out } = await fleet(...args, ...there).ended;
      const { arrival, storms, incomplete } = reportIn(out);
      expect([times, arrival.connects, storms, incomplete]).toEqual([times, 5, [], []]);
      expect(isAlive(mosquitto.pid)).toBe(true);
    }
  });

  it('takes its broker, its centre and its keys along when it is interrupted', async () => {
    const run = fleet('--devices', '5');
    const homeIn = () =>
      run
        .left()
        .map((name) => join(run.folder, name, 'home'))
        .find((path) => existsSync(path));
    await vi.waitFor(() => expect(mosquittoOf(openHome(homeIn() as string))).toBeGreaterThan(0), 60_000);
    const pid = mosquittoOf(openHome(homeIn() as string)) as number;
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(isAlive(pid)).toBe(false);
    expect(run.left()).toEqual([]);
  });
});

describe('dosis fleet that is told what it cannot do', () => {
  it.each([
    [['--devices', '4'], /Write a whole number from 5 to 2000/],
    [['--seconds', '901'], /Write a whole number from 1 to 900/],
    [['--broker', 'mqtts://127.0.0.1:8883'], /add --home DIR/],
    [['--home', 'nowhere/at/all'], /no home of a service centre; make one with/],
  ])('says what is wrong with %j in one sentence', async (args, sentence) => {
    const run = fleet(...args);
    const { code, out, err } = await run.ended;
    expect([code, out, err.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(err).toMatch(sentence);
    expect(run.left()).toEqual([]);
  });

  it.each(['mqtts://broker.example:8883', 'mqtt://127.0.0.1:1883', 'nonsense'])(
    'leaves the broker %s alone: a load stays on this machine',
    async (broker) => {
      const centre = await newHome();
      onTestFinished(centre.remove);
      const { code, err } = await fleet('--home', centre.home.folder, '--broker', broker).ended;
      expect([code, err]).toEqual([2, expect.stringMatching(/write mqtts:\/\/127\.0\.0\.1:PORT\.\n$/)]);
    },
  );
});
