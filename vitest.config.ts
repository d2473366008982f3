import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files named `*.slow.test.ts` run under `npm test` only; `npm run check` sets this. */
const fast = process.env.DOSIS_TESTS === 'fast';

/** What `npm run check` runs. Files of one project share a process, which halves their time. */
const quick: ReadonlySet<string> = new Set(['unit', 'house', 'contract']);
/** Many tests wait for other programs more than they compute. */
const workersMin = 2;
/** Minutes each. */
const longest = ['scenario/crash-sweep', 'e2e/fleet.slow', 'model/chart', 'e2e/air-update'];
/** So that no long file is left over for one core alone at the end. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const slowness = ({ moduleId }: TestSpecification) => {
      if (longest.some((name) => moduleId.includes(`/test/${name}`))) return 2;
      return moduleId.endsWith('.slow.test.ts') ? 1 : 0;
    };
    return sorted.toSorted((one, other) => slowness(other) - slowness(one));
  }
}
/** Ends what hangs; says nothing about speed, for these machines are noisy. */
const timeoutMs = 120_000;

/** One project per folder of test/, so that `vitest --project unit` runs just that and no folder can be forgotten. */
const project = (name: string) => ({
  test: {
    name,
    isolate: !quick.has(name),
    include: [`test/${name}/**/*.test.ts`],
    exclude: fast ? ['**/*.slow.test.ts'] : [],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
  },
});

const folders = readdirSync(new URL('./test/', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

export default defineConfig({
  test: {
    projects: folders.map(project),
    maxWorkers: Math.max(workersMin, availableParallelism() - 1),
    sequence: { sequencer: SlowFirst },
    coverage: {
      include: ['protocol/**/*.ts', 'firmware/**/*.ts', 'hal/**/*.ts', 'sim/**/*.ts', 'tools/**/*.ts'],
      exclude: ['sim/panel/web/**'],
    },
  },
});
