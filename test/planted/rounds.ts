import { readFileSync } from 'node:fs';
import type { Failure } from '../../sim/run/results.ts';
import { runScenario } from '../../sim/run/run-scenario.ts';
import { soakYear } from '../../sim/run/soak-year.ts';
import { readScenario } from '../../sim/scenarios/read-scenario.ts';
import type { Scenario } from '../../sim/scenarios/scenario.ts';
import { crashSweep } from '../scenario/crash-sweep.ts';

const STORIES = [
  'story-03-margrethe-forgets',
  'suspect-time',
  'clock-set-back',
  'story-11-admitted-to-hospital',
  'story-09-cutter-jams',
  'minimum-interval',
  'story-10-living-unit-swapped',
  'no-cup-sensor',
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

/** The rule of the oracle that a finding breaks, or the story and what one of its steps expected. */
function ruleOf(name: string, { step, expected }: Failure): string {
  return step.startsWith('oracle ') ? expected : `${name}: ${expected}`;
}

function* findings(): Generator<string> {
  for (const name of STORIES) {
    for (const failure of runScenario(story(name), { seed: 1 }).failures) yield ruleOf(name, failure);
  }
  for (const name of SWEPT) for (const { invariant } of crashSweep(story(name), 1).findings) yield invariant;
  for (let seed = 1; seed <= SOAKS; seed += 1) {
    for (const { invariant } of soakYear({ seed, faults: true, days: SOAK_DAYS }).violations) yield invariant;
  }
}

/** Plays stories, kills and soaks, up to the finding that is looked for; says which rules were broken, each once. */
export function brokenRules(lookedFor: string | null): readonly string[] {
  const broken = new Set<string>();
  for (const rule of findings()) {
    broken.add(rule);
    if (rule === lookedFor) break;
  }
  return [...broken];
}
