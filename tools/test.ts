// npm test: brings in the programs that the tests run beside ours, compiles, and runs every test there is.
// Arguments go to vitest: `npm test -- --project e2e`.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-results/vitest.json');

/** Programs by the Debian package that holds them. */
const programs = [
  { program: 'mosquitto', debianPackage: 'mosquitto' },
  { program: 'chromium', debianPackage: 'chromium' },
];

const missing = programs.filter(({ program }) => !isInstalled(program)).map(({ debianPackage }) => debianPackage);
if (missing.length > 0) install(missing);
mustRun(process.execPath, ['tools/build.js']);
rmSync(results, { force: true });
const code = run(process.execPath, [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
  ...process.argv.slice(2),
]);
const { passed, failed, skipped } = count();
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = code === 0 && failed > 0 ? 1 : code;

function isInstalled(program: string): boolean {
  // Mosquitto lives in sbin, which is not on everybody's path.
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin'].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function install(packages: readonly string[]): void {
  const command = `apt-get install ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.error(`The tests also need ${packages.join(' and ')}; install them first (on Debian: sudo ${command}).`);
    process.exit(2);
  }
  console.log(`Installing ${packages.join(' and ')} for the tests …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  mustRun('apt-get', ['-qq', 'update'], env);
  mustRun('apt-get', ['-qq', 'install', '--yes', '--no-install-recommends', ...packages], env);
}

function mustRun(command: string, args: readonly string[], env = process.env): void {
  const status = run(command, args, env);
  if (status !== 0) process.exit(status);
}

/** Returns the exit code. */
function run(command: string, args: readonly string[], env = process.env): number {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error !== undefined) console.error(`${command} did not start: ${error.message}`);
  return status ?? 1;
}

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** A file that could not even be loaded counts as one failed test, and so does a run that left no results. */
function count(): { passed: number; failed: number; skipped: number } {
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0 };
  const read: Results = JSON.parse(readFileSync(results, 'utf8'));
  const unloaded = read.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: read.numPassedTests,
    failed: read.numFailedTests + unloaded.length,
    skipped: read.numPendingTests + read.numTodoTests,
  };
}
