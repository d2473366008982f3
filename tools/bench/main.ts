import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cycleRates } from '../../sim/bench/cycles.ts';
import { durableFigures } from '../../sim/bench/durable.ts';
import { electronicsLatency } from '../../sim/bench/electronics.ts';
import { bootMetrics } from './boot.ts';
import { fleetMetrics } from './fleet.ts';
import { type Metric, median, metric, percentile } from './metric.ts';
import { wireMetrics } from './wire.ts';

/** The fewest flushes a dose can have: one before the movement, one after. */
const FLUSHES_MIN = 2;

export interface Measurement {
  readonly metrics: readonly Metric[];
  /** One sentence for each thing that could not be measured here. */
  readonly skipped: readonly string[];
}

/** Measures everything, each figure beside its ceiling. `progress` names the step under way. */
export async function bench(progress: (step: string) => void): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-bench-'));
  try {
    progress('bytes on the wire');
    const wire = wireMetrics();
    progress('start of the unit');
    const boot = await bootMetrics(folder);
    progress('durable commits');
    const durable = durableFigures(folder, () => performance.now());
    progress('simulated dose cycles');
    const { simulated, bare } = cycleRates(cpuMs);
    progress('the emulated board');
    const { pressToStepMs, roundTripMs } = electronicsLatency();
    progress('a fleet on one broker');
    const fleet = await fleetMetrics(folder);
    const metrics = [
      metric(
        { name: 'sim.doseCycles', value: simulated, unit: '1/s', ceiling: bare },
        { of: 'ratio', side: 'at least', bound: 0.5, unit: '× the bare machine' },
      ),
      ...wire,
      metric(
        { name: 'ledger.flushesPerDoseCycle', value: durable.commitsPerCycle, unit: '', ceiling: FLUSHES_MIN },
        { of: 'value', side: 'at most', bound: 3, unit: '' },
      ),
      metric(
        {
          name: 'press.toRelease',
          value: median(durable.pressToReleaseUs),
          unit: 'µs',
          ceiling: median(durable.bareCommitUs),
        },
        { of: 'ratio', side: 'at most', bound: 3, unit: '× a bare commit' },
      ),
      ...[50, 99].map((percent) =>
        metric(
          {
            name: `button.toFirstStep.p${percent}`,
            value: percentile(pressToStepMs, percent),
            unit: 'ms',
            ceiling: percentile(roundTripMs, percent),
          },
          { of: 'value', side: 'at most', bound: 100, unit: 'ms of the board’s time' },
        ),
      ),
      ...boot,
      ...('metrics' in fleet ? fleet.metrics : []),
    ];
    return { metrics, skipped: 'skipped' in fleet ? [fleet.skipped] : [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Processor time of this process: other work on the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
