import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'tools/cli/bin.js');
const story = join(root, 'sim/scenarios/double-press.yaml');
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

test('help on an unknown command is answered as that command is', () => {
  expect(run(bin, 'help', 'nothing')).toEqual(run(bin, 'nothing'));
});

test('a story file without a story is one sentence that says so', () => {
  dir = mkdtempSync(join(tmpdir(), 'dosis-empty-'));
  for (const text of ['', '\n', '# Later.\n']) {
    const file = join(dir, 'story.yaml');
    writeFileSync(file, text);
    const { status, stdout, stderr } = run(bin, 'sim', 'run', file);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/story\.yaml: the file is empty; write a story into it, .*\.\n$/);
  }
});

test.skipIf(!existsSync('/dev/full'))('a full disk behind the output is one sentence and exit code 2', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [bin, 'sim', 'run', story, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', full, 'pipe'],
  });
  closeSync(full);
  expect(status).toBe(2);
  expect(stderr).toBe('The output could not be written (ENOSPC); make room on its disk.\n');
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
