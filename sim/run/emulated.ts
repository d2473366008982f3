import { onEmulatedBoards } from '../board/reference.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type RunOptions, runScenario, type ScenarioRun } from './run-scenario.ts';

/** Contacts have come to rest, reports are sent and evidence is in, after what somebody did to the unit. */
const REACTION_MS = 500;

/** Plays a story on the real drivers, with the sketch emulated and the mechanism modelled behind its pins. */
export function runOnEmulatedBoard(scenario: Scenario, options: Omit<RunOptions, 'electronics'>): ScenarioRun {
  return onEmulatedBoards((electronics) => runScenario(scenario, { reactionMs: REACTION_MS, ...options, electronics }));
}
