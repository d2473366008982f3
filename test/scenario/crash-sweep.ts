import { runScenario } from '../../sim/run/run-scenario.ts';
import type { Scenario } from '../../sim/scenarios/scenario.ts';

/** What the crash takes: the process, while the boards finish what they do, or all power at once. */
const kinds = ['process', 'power'] as const;

export interface CrashSweepOptions {
  /** Only every so many crash points; 1, all of them, without it. */
  readonly stride?: number;
  /** The first crash point, counted from 1; lets two sweeps share the points. */
  readonly first?: number;
  /** Of the points around an attempt to connect only every so many; a story without network has little else. */
  readonly connectStride?: number;
}

export interface CrashSweepFinding {
  readonly crashPoint: number;
  readonly kind: 'process' | 'power';
  /** A rule of the oracle, or `crash-point-strikes`: a run without its kill proves nothing. */
  readonly invariant: string;
  readonly detail: string;
}

export interface CrashSweepResult {
  readonly runs: number;
  /** How many of the runs really killed the unit. */
  readonly kills: number;
  readonly findings: readonly CrashSweepFinding[];
}

/**
 * Plays a story again and again, each time killing the unit at another place: before or after one commit or one
 * effect. A few seconds later it starts again, people try again, and the oracle judges: no dose twice, no record
 * lost, every dose one end. What the story itself expects is not asked, since the crash is not in the story.
 */
export function crashSweep(scenario: Scenario, seed: number, options: CrashSweepOptions = {}): CrashSweepResult {
  const findings: CrashSweepFinding[] = [];
  let runs = 0;
  let kills = 0;
  for (const crash of planCrashes(crashPointsOf(scenario, seed), options)) {
    const run = runScenario(scenario, { seed, crash });
    const where = { crashPoint: crash.at, kind: crash.kind };
    runs += 1;
    kills += run.kills;
    if (run.kills !== 1)
      findings.push({
        ...where,
        invariant: 'crash-point-strikes',
        detail: `crash point ${crash.at} ${run.kills === 0 ? 'never struck' : `struck ${run.kills} times`}`,
      });
    findings.push(...run.violations.map(({ invariant, detail }) => ({ ...where, invariant, detail })));
  }
  return { runs, kills, findings };
}

/** The places at which the unit can be killed, when it is not. */
export function crashPointsOf(scenario: Scenario, seed: number): readonly string[] {
  return runScenario(scenario, { seed, crash: { at: Number.MAX_SAFE_INTEGER, kind: 'process' } }).crashPoints;
}

interface Crash {
  readonly at: number;
  readonly kind: 'process' | 'power';
}

function planCrashes(points: readonly string[], options: CrashSweepOptions): readonly Crash[] {
  const { stride = 1, first = 1, connectStride = 1 } = options;
  const isConnect = (at: number) => points[at - 1]?.endsWith(' mqtt.connect') === true;
  const numbers = points.map((_, index) => index + 1);
  const connects = numbers.filter(isConnect).filter((_, index) => index % connectStride === 0);
  const kept = new Set([...numbers.filter((at) => !isConnect(at)), ...connects]);
  const chosen = numbers.filter((at) => at >= first && (at - first) % stride === 0 && kept.has(at));
  return kinds.flatMap((kind) => chosen.map((at) => ({ at, kind })));
}
