import type { Violation } from '../oracle/verdicts.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { runScenario } from './run-scenario.ts';

export interface CrashSweepOptions {
  /** What the crash takes: the process, while the boards finish what they do, or all power at once. */
  readonly kinds?: readonly ('process' | 'power')[];
  /** Only every so many crash points; 1, all of them, without it. */
  readonly stride?: number;
  /** The first crash point, counted from 1; lets two sweeps share the points. */
  readonly first?: number;
  readonly onRun?: (done: number, of: number) => void;
}

export interface CrashSweepFinding extends Violation {
  readonly crashPoint: number;
  readonly kind: 'process' | 'power';
}

export interface CrashSweepResult {
  readonly crashPoints: number;
  readonly runs: number;
  readonly findings: readonly CrashSweepFinding[];
}

/**
 * Plays a story again and again, each time killing the unit at another place: before or after one commit or one
 * effect. A few seconds later it starts again, people try again, and the oracle judges: no dose twice, no record
 * lost, every dose one end. What the story itself expects is not asked, since the crash is not in the story.
 */
export function crashSweep(scenario: Scenario, seed: number, options: CrashSweepOptions = {}): CrashSweepResult {
  const { kinds = ['process', 'power'], stride = 1, first = 1 } = options;
  const { crashPoints } = runScenario(scenario, { seed, crash: { at: Number.MAX_SAFE_INTEGER, kind: 'process' } });
  const findings: CrashSweepFinding[] = [];
  let runs = 0;
  const of = Math.max(0, Math.ceil((crashPoints - first + 1) / stride)) * kinds.length;
  for (const kind of kinds) {
    for (let at = first; at <= crashPoints; at += stride) {
      const { violations } = runScenario(scenario, { seed, crash: { at, kind } });
      findings.push(...violations.map((violation) => ({ ...violation, crashPoint: at, kind })));
      runs += 1;
      options.onRun?.(runs, of);
    }
  }
  return { crashPoints, runs, findings };
}
