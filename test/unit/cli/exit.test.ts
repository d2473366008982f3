import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { report } from '../../../tools/cli/exit.ts';
import { UsageError } from '../../../tools/cli/usage-error.ts';

let said = '';
let dir = '';

beforeEach(() => {
  said = '';
  dir = mkdtempSync(join(tmpdir(), 'dosis-exit-'));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

test('wrong input is answered with its sentence alone and exit code 2', () => {
  expect(report(new UsageError('There is no file x.'), dir)).toBe(2);
  expect(said).toBe('There is no file x.\n');
});

test('a fault of ours names the log that holds its trace, and exits with 1', () => {
  const logDir = join(dir, 'state');
  expect(report(new TypeError('y is undefined\nand more'), logDir)).toBe(1);
  const file = join(logDir, 'error.log');
  expect(said).toBe(`dosis stopped on a fault of its own (y is undefined). The details are in ${file}\n`);
  expect(readFileSync(file, 'utf8')).toContain('TypeError: y is undefined\nand more\n    at ');
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('a second fault replaces the first in the log', () => {
  report(new Error('first'), dir);
  report('second', dir);
  expect(readFileSync(join(dir, 'error.log'), 'utf8')).not.toContain('first');
});

test('a log that cannot be written shows the trace instead', () => {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  expect(report(new Error('broken'), file)).toBe(1);
  expect(said).toContain('could not be written');
  expect(said).toContain('Error: broken\n    at ');
});
