import { expect } from 'vitest';
import { type CrashSweepOptions, crashSweep } from '../../sim/run/crash-sweep.ts';
import { findScenarios } from '../../sim/scenarios/find-scenarios.ts';

/** Kills the unit at the crash points of a story and expects the oracle to have nothing to say. */
export function expectCrashProof(name: string, seed: number, options: CrashSweepOptions): void {
  const [scenario] = findScenarios([`sim/scenarios/${name}.yaml`]);
  if (scenario === undefined) throw new Error(`no story ${name}`);
  const { findings, runs } = crashSweep(scenario, seed, options);
  const words = findings.map(
    ({ crashPoint, kind, invariant, detail }) => `${kind} at ${crashPoint}: ${invariant}: ${detail}`,
  );
  expect(words).toEqual([]);
  expect(runs).toBeGreaterThan(5);
}
