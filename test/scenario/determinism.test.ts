import { describe, expect, it } from 'vitest';
import { replayTrace } from '../../sim/run/replay.ts';
import { runScenario } from '../../sim/run/run-scenario.ts';
import { soakYear } from '../../sim/run/soak-year.ts';
import { readTrace, type TraceLine } from '../../sim/run/trace-file.ts';
import { findScenarios } from '../../sim/scenarios/find-scenarios.ts';

const names = [
  'story-01-claus-on-time',
  'story-09-cutter-jams',
  'story-08-both-out-autumn-night',
  'disk-full',
  'suspect-time',
];
const stories = names
  .flatMap((name) => findScenarios([`sim/scenarios/${name}.yaml`]))
  .map((scenario) => [scenario.name, scenario] as const);

function traceOf(record: (write: (line: string) => void) => { readonly traceHash: string }) {
  const lines: string[] = [];
  const { traceHash } = record((line) => lines.push(line));
  return { traceHash, ...readTrace(`${lines.join('\n')}\n`, 'trace') };
}

describe('the same seed', () => {
  it.each(stories)('gives the same trace, line by line: %s', (_name, scenario) => {
    const run = (seed: number) => {
      const lines: string[] = [];
      return { hash: runScenario(scenario, { seed, onLine: (line) => lines.push(line) }).traceHash, lines };
    };
    const first = run(11);
    expect(run(11)).toEqual(first);
    expect(run(12).hash).not.toBe(first.hash);
  });

  it('gives the same device-months under faults', () => {
    const run = () => soakYear({ seed: 5, faults: true, days: 30 });
    expect(run()).toEqual(run());
  });
});

describe('a replay', () => {
  it.each(stories)('does the same to the byte: %s', (_name, scenario) => {
    const { header, lines, traceHash } = traceOf((traceTo) => runScenario(scenario, { seed: 3, traceTo }));
    expect(replayTrace(header, lines)).toEqual({
      of: header.of,
      entrances: lines.length,
      same: true,
      traceHash,
      divergence: null,
    });
  });

  it('does the same under power cuts, crashes and failing storage', () => {
    for (const seed of [4, 7]) {
      const { header, lines, traceHash } = traceOf((traceTo) => soakYear({ seed, faults: true, days: 20, traceTo }));
      expect(lines.some(({ cut }) => cut !== undefined)).toBe(true);
      expect(replayTrace(header, lines)).toMatchObject({ same: true, traceHash });
    }
  });

  it('sees what goes over the wire, not only what moves and lights up', () => {
    const [, scenario] = stories[0] ?? expect.unreachable();
    const { header, lines } = traceOf((traceTo) => runScenario(scenario, { seed: 3, traceTo }));
    // The version stands in the birth message, and nowhere else that anybody can see.
    const config = { ...header.config, version: header.config.version + 1 };
    expect(replayTrace({ ...header, config }, lines)).toMatchObject({
      same: false,
      divergence: { entrance: 'mqtt mqtt.connected' },
    });
  });

  it('names the first place where the firmware does something else', () => {
    const [, scenario] = stories[0] ?? expect.unreachable();
    const { header, lines } = traceOf((traceTo) => runScenario(scenario, { seed: 3, traceTo }));
    const at = lines.findIndex(({ event }) => (event as { type?: string } | undefined)?.type === 'button.pressed');
    const quiet: TraceLine = { ...(lines[at] as TraceLine), event: { type: 'quiet.requested' } };
    const { same, divergence } = replayTrace(header, [...lines.slice(0, at), quiet, ...lines.slice(at + 1)]);
    expect(same).toBe(false);
    expect(divergence).toMatchObject({ line: at + 2, entrance: 'sensor quiet.requested' });
    expect(divergence?.detail).toMatch(/^the firmware's doings have the hash [0-9a-f]{16}, in the trace [0-9a-f]{16}$/);
  });
});
