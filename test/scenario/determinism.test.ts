import { describe, expect, it } from 'vitest';
import { replayTrace } from '../../sim/run/replay.ts';
import { runScenario } from '../../sim/run/run-scenario.ts';
import { soakYear } from '../../sim/run/soak-year.ts';
import { readTrace } from '../../sim/run/trace-file.ts';
import { findScenarios } from '../../sim/scenarios/find-scenarios.ts';

const names = [
  'story-01-claus-on-time',
  'story-09-cutter-jams',
  'story-08-both-out-autumn-night',
  'disk-full',
  'suspect-time',
  'reminded-in-the-garden',
];
const stories = names
  .flatMap((name) => findScenarios([`sim/scenarios/${name}.yaml`]))
  .map((scenario) => [scenario.name, scenario] as const);

function traceOf(record: (write: (line: string) => void) => { readonly traceHash: string }) {
  const lines: string[] = [];
  const { traceHash } = record((line) => lines.push(line));
  return { traceHash, text: `${lines.join('\n')}\n` };
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
    const { text, traceHash } = traceOf((traceTo) => runScenario(scenario, { seed: 3, traceTo }));
    const runs = readTrace(text, 'trace');
    expect(replayTrace(runs)).toEqual({
      of: `${scenario.file} --seed 3`,
      firmware: scenario.spec.firmware,
      runs: 1,
      entrances: runs[0]?.lines.length,
      same: true,
      traceHash,
      divergence: null,
      end: 'whole',
    });
  });

  it('does the same under power cuts, crashes, failing storage and orders from the centre', () => {
    const { text, traceHash } = traceOf((traceTo) => soakYear({ seed: 4, faults: true, days: 20, traceTo }));
    expect(text).toContain('"cut":');
    expect(replayTrace(readTrace(text, 'trace'))).toMatchObject({ divergence: null, same: true, runs: 1, traceHash });
  });

  it('does the same of one unit after the other, where another takes its place', () => {
    const { text } = traceOf((traceTo) => soakYear({ seed: 7, faults: true, days: 20, traceTo }));
    const { same, divergence, runs } = replayTrace(readTrace(text, 'trace'));
    expect({ same, divergence }).toEqual({ same: true, divergence: null });
    expect(runs).toBeGreaterThan(1);
  });

  it('sees what goes over the wire, not only what moves and lights up', () => {
    const [, scenario] = stories[0] ?? expect.unreachable();
    const { text } = traceOf((traceTo) => runScenario(scenario, { seed: 3, traceTo }));
    // The epoch stands in the birth message and in batches, and nowhere else that anybody can see.
    const changed = text.replace(/(\["epoch",")\d+/, '$17');
    expect(changed).not.toBe(text);
    expect(replayTrace(readTrace(changed, 'trace'))).toMatchObject({
      same: false,
      divergence: { entrance: 'mqtt mqtt.connected' },
    });
  });

  it('names the first place where the firmware does something else', () => {
    const [, scenario] = stories[0] ?? expect.unreachable();
    const { text } = traceOf((traceTo) => runScenario(scenario, { seed: 3, traceTo }));
    const at = text.split('\n').findIndex((line) => line.includes('"button.pressed"'));
    const { same, divergence } = replayTrace(readTrace(text.replace('"button.pressed"', '"quiet.requested"'), 'trace'));
    expect(same).toBe(false);
    expect(divergence).toMatchObject({ line: at + 1, entrance: 'sensor quiet.requested' });
    expect(divergence?.detail).toMatch(/^the firmware (made port calls|'s doings)/);
  });
});
