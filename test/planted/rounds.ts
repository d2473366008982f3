import { readFileSync } from 'node:fs';
import { crashSweep } from '../../sim/run/crash-sweep.ts';
import { runScenario } from '../../sim/run/run-scenario.ts';
import { soakYear } from '../../sim/run/soak-year.ts';
import { readScenario } from '../../sim/scenarios/read-scenario.ts';
import type { Scenario } from '../../sim/scenarios/scenario.ts';

const STORIES = [
  'story-03-margrethe-forgets',
  'suspect-time',
  'clock-set-back',
  'story-11-admitted-to-hospital',
  'story-09-cutter-jams',
  'minimum-interval',
];
const SWEPT = ['double-press', 'left-in-the-cup'];
const SOAKS = 3;
const SOAK_DAYS = 30;

/** Where the stories lie; this file is bundled elsewhere. */
declare const STORIES_FOLDER: string;

function story(name: string): Scenario {
  const file = `${STORIES_FOLDER}/${name}.yaml`;
  return readScenario(readFileSync(file, 'utf8'), file);
}

/** Plays stories, kills and soaks until something is found; says what, or null when all held. */
export function firstFinding(): string | null {
  for (const name of STORIES) {
    const [failure] = runScenario(story(name), { seed: 1 }).failures;
    if (failure !== undefined) return `${name}: ${failure.expected}, not ${failure.actual}`;
  }
  for (const name of SWEPT) {
    const [finding] = crashSweep(story(name), 1).findings;
    if (finding !== undefined)
      return `${name}, killed at ${finding.crashPoint}: ${finding.invariant}: ${finding.detail}`;
  }
  for (let seed = 1; seed <= SOAKS; seed += 1) {
    const [violation] = soakYear({ seed, faults: true, days: SOAK_DAYS }).violations;
    if (violation !== undefined) return `soak ${seed}: ${violation.invariant}: ${violation.detail}`;
  }
  return null;
}
