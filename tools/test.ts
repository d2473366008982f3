// npm test: brings in the programs that the tests run beside ours, compiles, and runs every test there is.
// Arguments go to vitest: `npm test -- --project e2e`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringInPrograms } from './test-programs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-results/vitest.json');

bringInPrograms();
const built = run(process.execPath, ['tools/build.js']);
if (built !== 0) process.exit(built);
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

/** Returns the exit code. */
function run(command: string, args: readonly string[]): number {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
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
