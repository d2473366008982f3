import { expect } from 'vitest';
import { findScenarios } from '../../sim/scenarios/find-scenarios.ts';
import type { Scenario } from '../../sim/scenarios/scenario.ts';
import { type CrashSweepOptions, crashSweep } from './crash-sweep.ts';

export function story(name: string): Scenario {
  const [scenario] = findScenarios([`sim/scenarios/${name}.yaml`]);
  return scenario ?? expect.unreachable(`no story ${name}`);
}

/** Kills the unit at the crash points of a story and expects the oracle to have nothing to say, and every kill to strike. */
export function expectCrashProof(name: string, seed: number, options: CrashSweepOptions): void {
  const { findings, runs, kills } = crashSweep(story(name), seed, options);
  const words = findings.map(
    ({ crashPoint, kind, invariant, detail }) => `${kind} at ${crashPoint}: ${invariant}: ${detail}`,
  );
  expect(words).toEqual([]);
  expect(kills).toBe(runs);
  expect(runs).toBeGreaterThan(5);
}
