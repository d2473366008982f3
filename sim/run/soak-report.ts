import { TraceHash } from '../../firmware/trace/trace-hash.ts';
import { faultNames } from '../kernel/fault-plan.ts';
import { dayNumberOf, ZoneCalendar } from '../prescription/calendar.ts';
import type { ReportedViolation, SoakReport } from './results.ts';
import type { SoakYearOptions, SoakYearResult } from './soak-year.ts';

/** The report on years that were simulated, in order of their seeds. */
export function addUp(
  years: readonly SoakYearResult[],
  { seed, faults }: Pick<SoakYearOptions, 'seed' | 'faults'>,
  seconds: number,
): SoakReport {
  const totals = new Totals();
  for (const year of years) totals.add(year, faults);
  return totals.report(seed, seconds);
}

class Totals {
  readonly #hash = new TraceHash();
  readonly #faults = new Map<string, number>();
  readonly #violations: ReportedViolation[] = [];
  #days = 0;
  #doses = 0;

  add(year: SoakYearResult, faults: boolean): void {
    this.#days += year.days;
    this.#doses += year.doses;
    this.#hash.add(`${year.seed} ${year.traceHash}`);
    for (const [fault, count] of year.faultsInjected) this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + count);
    for (const { invariant, atMs, detail } of year.violations) {
      const at = ZoneCalendar.of(year.zone, dayNumberOf('2031-07-01') * 86_400_000).format(atMs);
      const replay = `dosis sim soak --years 1 --seed ${year.seed}${faults ? ' --faults' : ''}`;
      this.#violations.push({ invariant, at, detail, replay });
    }
  }

  report(seed: number, seconds: number): SoakReport {
    const deviceYears = this.#days / 365;
    const faultsInjected = Object.fromEntries(
      faultNames.filter((name) => this.#faults.has(name)).map((name) => [name, this.#faults.get(name)]),
    );
    return {
      seed,
      deviceYears: round(deviceYears, 3),
      doses: this.#doses,
      faultsInjected,
      violations: this.#violations,
      deviceYearsPerSecond: seconds > 0 ? round(deviceYears / seconds, 3) : 0,
      traceHash: this.#hash.digest(),
    };
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
