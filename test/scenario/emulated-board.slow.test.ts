import { describe, expect, it } from 'vitest';
import { runOnEmulatedBoard } from '../../sim/run/emulated.ts';
import { pullPlugs } from './pulled-plug.ts';
import { story } from './sweep.ts';

/** The real drivers and the real sketch on a modelled mechanism, with the sachets that its blade went through. */
function onBoard(name: string, seed = 1) {
  const halved: number[] = [];
  const result = runOnEmulatedBoard(story(name), {
    seed,
    wire: (make, wiring) =>
      make({
        ...wiring,
        witness: (event) => {
          wiring.witness(event);
          if (event.type === 'halved') halved.push(event.sachet.serial);
        },
      }),
  });
  return { ...result, halved };
}

describe('on the emulated board, through johnny-five', () => {
  it.each([
    'story-01-claus-on-time',
    'story-03-margrethe-forgets',
    'story-05-weekend-in-odense',
    'story-09-cutter-jams',
  ])('%s ends as it does on a simulated unit', (name) => {
    const { failures, violations, halved } = onBoard(name);
    expect({ failures, violations, halved }).toEqual({ failures: [], violations: [], halved: [] });
  });

  it('the same seed has the same trace, to the byte', () => {
    expect(onBoard('story-03-margrethe-forgets').traceHash).toBe(onBoard('story-03-margrethe-forgets').traceHash);
  });

  it('a cable that is pulled at any moment of a release gives no dose twice, and leaves none in the air', () => {
    const pulls = Number(process.env.DOSIS_PULLS ?? 24);
    const seed = Number(process.env.DOSIS_SEED ?? 1);
    const { findings, midMove } = pullPlugs({ seed, pulls });
    expect(findings).toEqual([]);
    expect(midMove).toBeGreaterThan(pulls / 2);
  });
});
