import { expect, it } from 'vitest';
import { soakTogether } from '../../sim/run/soak-crew.ts';
import { addUp } from '../../sim/run/soak-report.ts';

it('a soak of three whole device-years under faults finds nothing', async () => {
  const options = { years: 3, seed: 3_000, faults: true };
  const report = addUp(await soakTogether({ ...options, jobs: 2 }), options, 0);
  expect(report.violations).toEqual([]);
  expect(report.deviceYears).toBe(3);
}, 1_800_000);
