import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../tools/cli/program.ts';
import { freePort } from '../contract/brokers.ts';
import { type Cable, findCable, noSocat } from '../contract/cable.ts';
import { CommandLine, deviceProgram } from './command-line.ts';
import { isAlive } from './updated-unit.ts';

const patience = { timeout: 90_000, interval: 50 };

let typed: CommandLine;
/** The technician's, and that of a microcontroller which never answers. */
let cable: Cable;
let dead: Cable;
let unit: ChildProcess;
let said = '';

/** What somebody types elsewhere; in this process, which saves a start. @returns what it says */
async function type(...words: readonly string[]): Promise<string> {
  const told: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  try {
    await runCommandLine(words);
    return told.join('');
  } finally {
    spy.mockRestore();
  }
}

const info = async () => JSON.parse(await type('tech', 'info', '--port', cable.laptop, '--json')) as object;

/** Starts a unit on electronics as its file says. @returns how it ends */
function start(...lines: readonly string[]): Promise<number | null> {
  writeFileSync(typed.file('unit.yaml'), lines.join('\n'));
  said = '';
  unit = spawn(process.execPath, [deviceProgram, '--folder', 'unit', '--config', 'unit.yaml'], { cwd: typed.folder });
  for (const stream of [unit.stdout, unit.stderr]) stream?.on('data', (text) => (said += text));
  return new Promise((resolve) => unit.once('close', resolve));
}

/** The processes that the unit has started. */
function childrenOf({ pid }: ChildProcess): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** A loudspeaker that plays for ever. */
function buildPlayer(): void {
  mkdirSync(typed.file('bin'));
  writeFileSync(typed.file('bin', 'aplay'), '#!/bin/sh\nexec tail -f /dev/null\n');
  chmodSync(typed.file('bin', 'aplay'), 0o755);
  vi.stubEnv('PATH', `${typed.file('bin')}:${process.env.PATH}`);
}

describe.skipIf(noSocat !== undefined)('dosis device --config', () => {
  beforeAll(async () => {
    typed = new CommandLine();
    [cable, dead] = [findCable(), findCable()];
    await Promise.all([cable.plug(), dead.plug()]);
    buildPlayer();
  });
  afterEach(() => unit.kill('SIGKILL'));
  afterAll(async () => {
    vi.unstubAllEnvs();
    await typed.end();
    await Promise.all([cable.remove(), dead.remove()]);
  });

  it('serves its cable and its display over electronics that never answer, begins anew, and ends with all it started', async () => {
    const display = await freePort();
    const ended = start('board: reference', `port: ${dead.device}`, `cable: ${cable.device}`, `display: ${display}`);
    await vi.waitFor(() => expect(said).toContain('The unit is running.'), patience);
    const before = await typed.mustTell('tech', 'info', '--port', cable.laptop);
    expect(before).toMatchObject({ device: null, phase: 'unprovisioned', class: 'dosis-reference' });
    expect(await (await fetch(`http://127.0.0.1:${display}/`)).text()).toContain('<html');
    await vi.waitFor(() => expect(said).toContain('Nothing moves: the electronics do not greet.'), patience);

    const [home, enrolment] = [typed.file('home'), typed.file('DD-0042.enrolment')];
    await type('centre', 'init', '--home', home, '--port', String(await freePort()));
    await type('centre', 'enrol', 'DD-0042', '--home', home, '--class', 'dosis-reference', '--out', enrolment);
    await type('tech', 'provision', enrolment, '--port', cable.laptop);
    await vi.waitFor(async () => expect(await info()).toMatchObject({ device: 'DD-0042', phase: 'running' }), patience);
    expect(said).toContain('info The firmware begins anew: Set up as DD-0042.');
    // Nobody has looked at its door, so nobody has forced it.
    expect(JSON.stringify(await info())).not.toContain('tamper');

    await vi.waitFor(() => expect(childrenOf(unit)).not.toEqual([]), patience);
    const children = childrenOf(unit);
    unit.kill('SIGTERM');
    expect(await ended).toBe(0);
    await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), patience);
    expect(said).not.toMatch(/fault of its own| error (?!The ledger holds no unit yet)/);
  });

  it('runs without the ports of its file, and says what is wrong with each', async () => {
    const ended = start('board: reference', 'port: /dev/no-electronics', 'cable: /dev/no-cable', 'sound: none');
    await vi.waitFor(() => {
      expect(said).toContain('The unit is running.');
      for (const [field, line, port] of [
        ['port', 2, '/dev/no-electronics'],
        ['cable', 3, '/dev/no-cable'],
      ])
        expect(said).toContain(
          `"${field}" in line ${line} of unit.yaml names ${port}, which does not exist; plug the `,
        );
    }, patience);
    expect(childrenOf(unit)).toEqual([]);
    unit.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('does not run with a file that lacks something, and says so in one sentence', async () => {
    expect(await start('board: reference')).toBe(2);
    expect(said).toMatch(/^unit\.yaml:1: "port" is missing; write the device file of the microcontroller, .+\.\n$/);
  });
});
