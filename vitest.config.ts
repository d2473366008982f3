import { defineConfig } from 'vitest/config';

/** Files named `*.slow.test.ts` run under `npm test` only; `npm run check` sets this. */
const fast = process.env.DOSIS_TESTS === 'fast';

/**
 * One project per folder of test/, so that `vitest --project unit` runs just that. Quick ones share a process between
 * files, which halves their time.
 */
const project = (name: string, timeoutMs: number, { quick = false } = {}) => ({
  test: {
    name,
    isolate: !quick,
    include: [`test/${name}/**/*.test.ts`],
    exclude: fast ? ['**/*.slow.test.ts'] : [],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 5_000, { quick: true }),
      project('house', 60_000, { quick: true }),
      project('contract', 20_000, { quick: true }),
      project('scenario', 120_000),
      project('model', 120_000),
      project('fuzz', 120_000),
      project('e2e', 120_000),
    ],
    coverage: {
      include: ['protocol/**/*.ts', 'firmware/**/*.ts', 'hal/**/*.ts', 'sim/**/*.ts', 'tools/**/*.ts'],
      exclude: ['sim/panel/web/**'],
    },
  },
});
