import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'tools/cli/bin.js');
/** Makes a process believe that it runs on an older Node. */
const oldNode = ['--import', "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})"];

let dir = '';
afterEach(() => {
  if (dir !== '') rmSync(dir, { recursive: true, force: true });
});

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('the compiled program tells its version', () => {
  expect(run(bin, '--version')).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
});

test('an unknown command is one sentence and exit code 2', () => {
  const { status, stdout, stderr } = run(bin, 'nothing');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe("dosis: unknown command 'nothing'. See: dosis --help\n");
});

test('on an older Node the program runs on the one it brings along', () => {
  expect(run(...oldNode, bin, '--version')).toEqual(run(bin, '--version'));
  expect(run(...oldNode, bin, 'nothing')).toEqual(run(bin, 'nothing'));
});

test('on an older Node without that one it says what is missing', () => {
  const copy = copyOfBin();
  mkdirSync(join(dir, 'dist/tools/cli'), { recursive: true });
  writeFileSync(join(dir, 'dist/tools/cli/main.js'), '');
  const { status, stderr } = run(...oldNode, copy);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^dosis needs Node 24 or newer, and this is .*\n$/);
});

test('uncompiled it says how to compile', () => {
  const { status, stderr } = run(copyOfBin());
  expect(status).toBe(2);
  expect(stderr).toMatch(/^dosis is not compiled yet; run "npm ci".*\n$/);
});

function copyOfBin(): string {
  dir = mkdtempSync(join(tmpdir(), 'dosis-bin-'));
  const copy = join(dir, 'tools/cli/bin.js');
  cpSync(bin, copy);
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  return copy;
}
