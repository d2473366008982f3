import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plant, root } from './planting.ts';

/** What reaches the platform: the compiler does not know it, and most of it the linter names too. */
const beyondTheLanguage: Readonly<Record<string, string>> = {
  'node-module': "import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x');",
  'bare-node-module': "import { readFileSync } from 'fs';\nexport const text = readFileSync('x');",
  timeout: 'setTimeout(() => {}, 1);',
  interval: 'setInterval(() => {}, 1);',
  immediate: 'setImmediate(() => {});',
  microtask: 'queueMicrotask(() => {});',
  process: 'export const name = process.argv[0];',
  console: "console.log('x');",
  performance: 'export const now = performance.now();',
  crypto: 'export const id = crypto.randomUUID();',
  fetch: "export const page = fetch('x');",
  buffer: 'export const bytes = Buffer.alloc(1);',
  require: "export const fs = require('fs');",
  'global-this': 'export const now = globalThis.performance;',
  document: 'export const title = document.title;',
  storage: "export const saved = localStorage.getItem('x');",
};

/** What the language itself brings and the compiler lets through. */
const withinTheLanguage: Readonly<Record<string, string>> = {
  'date-now': 'export const now = Date.now();',
  'new-date': 'export const now = new Date();',
  random: 'export const luck = Math.random();',
  'random-taken-out': 'const { random } = Math;\nexport const luck = random();',
  'random-by-another-name': 'const dice = Math;\nexport const luck = dice.random();',
  'random-computed': "const name = 'random';\nexport const luck = Math[name]();",
  'temporal-now': "import { Temporal } from 'temporal-polyfill';\nexport const now = Temporal.Now.instant();",
  'temporal-now-renamed': "import { Temporal as T } from 'temporal-polyfill';\nexport const now = T.Now.instant();",
  intl: 'export const text = new Intl.DateTimeFormat().format();',
  eval: "export const now = eval('1');",
  'function-from-text': "export const now = new Function('return 1')();",
  'constructor-from-text': "export const now = (() => 1).constructor('return 1')();",
  'dynamic-import': 'export const load = (name: string) => import(name);',
  promise: 'export const later = Promise.resolve(1);',
  'weak-reference': 'export const held = new WeakRef({});',
  'waiting-actor': "import { fromPromise } from 'xstate';\nexport const logic = fromPromise;",
};

/** Takes in every package that the pure folders may use, so that none of them can bring Node's types along. */
const harmless = `import 'cbor-x';
import { Temporal } from 'temporal-polyfill';
import 'valibot';
import 'xstate';
export const whole = (value: number) => Math.max(0, Math.floor(value));
export const bytes = new TextEncoder().encode(Temporal.PlainDate.from('2026-03-29').toString());`;

/** What XState would do on its own time. Refused in the chart's folder only. */
const inTheChart: Readonly<Record<string, string>> = {
  after: "export const locked = { after: { 1000: 'open' } };",
  delays: 'export const options = { delays: { soon: 1000 } };',
  invoke: "export const releasing = { invoke: { src: 'motor' } };",
};

const folders = ['protocol', 'firmware/domain', 'firmware/machine', 'hal/ports'];
const within = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}.ts`, text]));

let uproot = () => {};
let compiler = '';
let linter = '';

beforeAll(() => {
  const tree = plant({
    ...Object.assign(
      {},
      ...folders.map((folder) => within(folder, { ...beyondTheLanguage, ...withinTheLanguage, harmless })),
    ),
    // The files that may reach further, and the simulator, which must be as repeatable but may use Node.
    ...within('firmware', { main: `${beyondTheLanguage['node-module']}\n${withinTheLanguage['date-now']}` }),
    ...within('protocol', { generate: beyondTheLanguage['node-module'] ?? '' }),
    ...within('firmware/machine', inTheChart),
    ...within('protocol', inTheChart),
    ...within('sim/kernel', { ...beyondTheLanguage, ...withinTheLanguage }),
  });
  uproot = tree.uproot;
  compiler = run(tree.dir, 'typescript-native/bin/tsc', '-p', 'tsconfig.pure.json', '--pretty', 'false');
  linter = run(tree.dir, '@biomejs/biome/bin/biome', 'lint', '--reporter=github', '--max-diagnostics=5000');
});
afterAll(() => uproot());

function run(cwd: string, program: string, ...args: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return stdout;
}

const compilerErrors = (file: string) => compiler.split('\n').filter((line) => line.startsWith(`${file}(`));
const purityRules = /title=(plugin|lint\/(style\/noRestricted|nursery\/noJsRestricted|correctness\/noNodejsModules))/;
const lintErrors = (file: string) =>
  linter
    .split('\n')
    .filter((line) => line.startsWith('::error') && line.includes(`${file},`) && purityRules.test(line));

describe.each(folders)('%s', (folder) => {
  test.each(Object.keys(beyondTheLanguage))('the compiler does not know: %s', (name) => {
    expect(compilerErrors(`${folder}/${name}.ts`)).not.toEqual([]);
  });

  test.each(Object.keys(withinTheLanguage))('the linter refuses: %s', (name) => {
    expect(lintErrors(`/${folder}/${name}.ts`)).not.toEqual([]);
  });

  test('what is pure passes both', () => {
    expect([...compilerErrors(`${folder}/harmless.ts`), ...lintErrors(`/${folder}/harmless.ts`)]).toEqual([]);
  });
});

test.each(Object.keys(inTheChart))('the chart may not use %s', (name) => {
  expect(lintErrors(`/firmware/machine/${name}.ts`)).not.toEqual([]);
  expect(lintErrors(`/protocol/${name}.ts`)).toEqual([]);
});

test.each(['firmware/main.ts', 'protocol/generate.ts'])('%s may reach Node', (file) => {
  expect([...compilerErrors(file), ...lintErrors(`/${file}`)]).toEqual([]);
});

test.each(['date-now', 'new-date', 'random', 'temporal-now', 'timeout', 'performance', 'crypto'])(
  'the simulator may not use what no seed repeats: %s',
  (name) => {
    expect(lintErrors(`/sim/kernel/${name}.ts`)).not.toEqual([]);
  },
);

test('the simulator may reach Node', () => {
  expect(lintErrors('/sim/kernel/node-module.ts')).toEqual([]);
});
