import { describe, expect, it } from 'vitest';
import { runScenario } from '../../sim/run/run-scenario.ts';
import { findScenarios } from '../../sim/scenarios/find-scenarios.ts';

const seeds = [1, 2, 3, 4, 5];
const stories = findScenarios(['sim/scenarios']).map(
  (scenario) => [scenario.file.replace(/^.*\//, ''), scenario] as const,
);

describe('the stories', () => {
  it.each(stories)('%s holds with five seeds', (_file, scenario) => {
    for (const seed of seeds) {
      const { failures } = runScenario(scenario, { seed });
      expect({ seed, failures }).toEqual({ seed, failures: [] });
    }
  });

  it('include the everyday stories 1, 3, 5, 8 and 9 of the domain', () => {
    const files = stories.map(([file]) => file).join(' ');
    for (const number of ['01', '03', '05', '08', '09']) expect(files).toContain(`story-${number}-`);
  });
});
