import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SoakYearResult } from '../../sim/run/soak-year.ts';
import { runCommandLine } from '../../tools/cli/program.ts';
import { UsageError } from '../../tools/program/usage-error.ts';

const year: SoakYearResult = {
  seed: 3,
  days: 365,
  doses: 1_400,
  zone: 'Europe/Copenhagen',
  faultsInjected: new Map(),
  violations: [],
  traceHash: '0123456789abcdef',
};
const violation = { invariant: 'no-double-dose', atMs: Date.UTC(2027, 2, 1), detail: 'two came out' };
let results: SoakYearResult[] = [];
// A breach cannot be ordered from sound firmware; which year it was found in can be said.
vi.mock('../../sim/run/soak-crew.ts', () => ({ soakTogether: () => Promise.resolve(results) }));

let folder = '';
let printed = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dosis-soak-trace-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function soak(...args: string[]): Promise<void> {
  await runCommandLine(['sim', 'soak', '--years', '2', '--seed', '3', '--faults', ...args]);
}

it('writes the first breaching year as a trace that replays to the byte', async () => {
  results = [year, { ...year, seed: 4, violations: [violation, violation] }];
  const file = join(folder, 'year.jsonl');
  await soak('--trace', file);
  expect(process.exitCode).toBe(1);
  expect(printed).toContain(`the trace of seed 4 is in ${file}\n`);
  printed = '';
  await runCommandLine(['sim', 'replay', file, '--json']);
  expect(process.exitCode).toBe(0);
  expect(JSON.parse(printed)).toMatchObject({ file, of: 'soak --seed 4', same: true, divergence: null });
});

it('writes nothing when no year is breached, and leaves what was there', async () => {
  results = [year];
  const [none, old] = [join(folder, 'none'), join(folder, 'old')];
  writeFileSync(old, 'of last week');
  await soak('--trace', none);
  await soak('--trace', old, '--json');
  expect(existsSync(none)).toBe(false);
  expect(readFileSync(old, 'utf8')).toBe('of last week');
});

it('says at once when it cannot write there', async () => {
  results = [year];
  await expect(soak('--trace', folder)).rejects.toThrow(UsageError);
  expect(printed).toBe('');
});
