import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endWhenUnwritable, report } from '../../../tools/program/exit.ts';
import { UsageError } from '../../../tools/program/usage-error.ts';
import { failure } from '../../../tools/technician/problem.ts';
import { techWords } from '../../../tools/technician/words.ts';

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

test('what was rightly asked and did not succeed is told in its sentence alone too, with exit code 1', () => {
  expect(report(failure(techWords.en, 'silent'), dir)).toBe(1);
  expect(said).toBe(`${techWords.en.failures.silent()}\n`);
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

describe('an output that can no longer be written', () => {
  test('because nobody reads on ends the program without a word', () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => {
      throw new Error('the end');
    }) as typeof process.exit);
    expect(() => broken('EPIPE')).toThrow('the end');
    expect(exit).toHaveBeenCalledExactlyOnceWith(141);
    expect(said).toBe('');
  });

  test.each([
    ['ENOSPC', 'The output could not be written (ENOSPC); make room on its disk.'],
    ['EIO', 'The output could not be written (EIO); send it somewhere else.'],
  ])('%s is one sentence, and no fault of ours', (code, sentence) => {
    expect(() => broken(code)).toThrow(new UsageError(sentence));
  });
});

/** What the program does when writing its output fails. */
function broken(code: string): void {
  const stream = new EventEmitter();
  endWhenUnwritable(stream as NodeJS.WriteStream);
  stream.emit('error', Object.assign(new Error(`${code}: write`), { code }));
}
