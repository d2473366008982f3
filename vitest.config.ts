import { defineConfig } from 'vitest/config';

/** Files named `*.slow.test.ts` run under `npm test` only; `npm run check` sets this. */
const fast = process.env.DOSIS_TESTS === 'fast';

/** One project per folder of test/, so that `vitest --project unit` runs just that. */
const project = (name: string, timeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    exclude: fast ? ['**/*.slow.test.ts'] : [],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 5_000),
      project('house', 60_000),
      project('contract', 20_000),
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
