import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = ['protocol', 'firmware', 'hal', 'sim', 'tools', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
/** One file of each kind: the program, the page, and what is copied. */
const wanted = [
  'tools/cli/main.js',
  'sim/panel/static/panel.js',
  'sim/panel/static/index.html',
  'package.json',
  'hal/johnny-five/boards/reference.yaml',
];
/** Beyond the highest that Linux gives (proc_pid_max). */
const NOBODY = 2 ** 22 + 1;

/** The sources in a folder of their own, so that nobody's dist is touched. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-build-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of sources) cpSync(join(root, name), join(folder, name), { recursive: true });
  rmSync(join(folder, 'sim/panel/static'), { recursive: true, force: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function build(folder: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(folder, 'tools/build.js')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

const missing = (folder: string) => wanted.filter((file) => !existsSync(join(folder, 'dist', file)));
const foldersOfBuilds = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('dist.'));

it('three builds at once each say nothing and leave a whole dist, and the page beside its source', async () => {
  const folder = copy();
  for (const _round of ['without a dist', 'over an older one']) {
    const builds = await Promise.all([build(folder), build(folder), build(folder)]);
    expect(builds).toEqual(Array(3).fill({ code: 0, said: '' }));
    expect(missing(folder)).toEqual([]);
    expect(readdirSync(join(folder, 'sim/panel/static')).sort()).toEqual(['index.html', 'panel.css', 'panel.js']);
    expect(foldersOfBuilds(folder)).toEqual([]);
  }
});

it('a build removes what a killed one has left long ago, and nothing that another may still be writing', async () => {
  const folder = copy();
  const long = new Date(Date.now() - 3_600_000);
  const [killed, fresh, running] = [`dist.new-${NOBODY}-a`, `dist.new-${NOBODY}-b`, `dist.new-${process.pid}-c`];
  for (const name of [killed, fresh, running]) mkdirSync(join(folder, name));
  for (const name of [killed, running]) utimesSync(join(folder, name), long, long);
  expect(await build(folder)).toEqual({ code: 0, said: '' });
  expect(missing(folder)).toEqual([]);
  expect(foldersOfBuilds(folder).sort()).toEqual([fresh, running].sort());
});

it('a build that fails leaves the dist before it', async () => {
  const folder = copy();
  expect((await build(folder)).code).toBe(0);
  cpSync(join(folder, 'package.json'), join(folder, 'sim/wrong.ts'));
  expect((await build(folder)).code).toBe(1);
  expect(missing(folder)).toEqual([]);
  expect(foldersOfBuilds(folder)).toEqual([]);
});
