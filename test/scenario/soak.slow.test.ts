import { expect, it } from 'vitest';
import { soak } from '../../sim/run/soak.ts';

it('a soak of three whole device-years under faults finds nothing', () => {
  const report = soak({ years: 3, seed: 3_000, faults: true });
  expect(report.violations).toEqual([]);
  expect(report.deviceYears).toBe(3);
}, 1_800_000);
