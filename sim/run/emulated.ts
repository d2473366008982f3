import { SETTLING_MS } from '../board/board-time.ts';
import type { EmulatedElectronics } from '../board/emulated-electronics.ts';
import { type ElectronicsOf, onEmulatedBoards } from '../board/reference.ts';
import type { ElectronicsWiring } from '../device/electronics.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type RunOptions, runScenario, type ScenarioRun } from './run-scenario.ts';

export interface EmulatedRunOptions extends Omit<RunOptions, 'electronics' | 'reactionMs'> {
  /** Makes each unit's electronics by `make`: whoever wants to watch them, or what they are wired to, does so here. */
  readonly wire?: (make: ElectronicsOf<EmulatedElectronics>, wiring: ElectronicsWiring) => EmulatedElectronics;
}

/** Plays a story on the real drivers, with the sketch emulated and the mechanism modelled behind its pins. */
export function runOnEmulatedBoard(scenario: Scenario, { wire, ...options }: EmulatedRunOptions): ScenarioRun {
  return onEmulatedBoards((make) => {
    const electronics = wire === undefined ? make : (wiring: ElectronicsWiring) => wire(make, wiring);
    return runScenario(scenario, { ...options, reactionMs: SETTLING_MS, electronics });
  });
}
