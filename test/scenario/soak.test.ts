import { describe, expect, it } from 'vitest';
import type { SoakReport } from '../../sim/run/results.ts';
import { addUp } from '../../sim/run/soak-report.ts';
import { type SoakYearOptions, soakYear } from '../../sim/run/soak-year.ts';

/** The report of so many short years, one seed after the other. */
function soak({ years, ...first }: SoakYearOptions & { readonly years: number }): SoakReport {
  const results = Array.from({ length: years }, (_, year) => soakYear({ ...first, seed: first.seed + year }));
  return addUp(results, first, 0);
}

describe('a soak', () => {
  it('under faults finds nothing in a few device-months, and says what it injected', () => {
    const report = soak({ years: 6, days: 40, seed: 1_000, faults: true });
    expect(report.violations).toEqual([]);
    expect(report.deviceYears).toBeCloseTo(240 / 365, 2);
    expect(report.doses).toBeGreaterThan(500);
    expect(Object.keys(report.faultsInjected).length).toBeGreaterThan(15);
  });

  it('without faults finds nothing and injects nothing', () => {
    const report = soak({ years: 2, days: 60, seed: 2_000, faults: false });
    expect(report.violations).toEqual([]);
    expect(report.faultsInjected).toEqual({});
  });

  it('tells for each violation the one command that shows it again', () => {
    const report = soak({
      years: 2,
      days: 3,
      seed: 7,
      faults: true,
      boot: () => {
        throw new TypeError('no such thing');
      },
    });
    const replays = report.violations
      .filter(({ invariant }) => invariant === 'firmware-does-not-throw')
      .map(({ replay, detail }) => ({ replay, detail }));
    expect(replays).toEqual([
      { detail: 'TypeError: no such thing', replay: 'dosis sim soak --years 1 --seed 7 --faults' },
      { detail: 'TypeError: no such thing', replay: 'dosis sim soak --years 1 --seed 8 --faults' },
    ]);
  });
});
