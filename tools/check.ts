// npm run check: every fast rule of the house, two steps at a time, one line each; the output of a step only when it fails.
// With --without-tests for who runs "npm test" anyway.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Step {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const bin = (path: string, ...args: string[]) => [join(root, 'node_modules', path), ...args];
const types = (project: string) => bin('typescript-native/bin/tsc', '-p', project);

const fastTests: Step = {
  name: 'fast tests',
  args: bin('vitest/vitest.mjs', 'run', '--project', 'unit', '--project', 'house', '--project', 'contract'),
  env: { DOSIS_TESTS: 'fast' },
};

/** Longest first, so that both cores are busy to the end. */
const steps: readonly Step[] = [
  ...(process.argv.includes('--without-tests') ? [] : [fastTests]),
  { name: 'unused code', args: bin('knip/bin/knip.js', '--no-progress') },
  { name: 'layers', args: ['tools/layers.ts'] },
  { name: 'types', args: types('tsconfig.json') },
  { name: 'types, pure folders', args: types('tsconfig.pure.json') },
  { name: 'types, browser', args: types('sim/panel/web/tsconfig.json') },
  {
    name: 'format and lint',
    args: bin('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--max-diagnostics=60'),
  },
];
const atOnce = 2;
const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: undefined };

const started = performance.now();
const waiting = [...steps];
let failed = 0;
await Promise.all(Array.from({ length: atOnce }, work));
console.log(`${steps.length - failed} of ${steps.length} checks hold, ${seconds(started)}`);
process.exitCode = failed > 0 ? 1 : 0;

async function work(): Promise<void> {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const since = performance.now();
    const { held, output } = await run(step);
    console.log(`${held ? 'holds' : 'FAILS'}  ${step.name}, ${seconds(since)}`);
    if (held) continue;
    failed += 1;
    console.log(output.trimEnd());
  }
}

function run({ args, env }: Step): Promise<{ held: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...colour, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('close', (code) => resolve({ held: code === 0, output }));
  });
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
