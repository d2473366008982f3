import { describe, expect, it } from 'vitest';
import { besiege } from './serial-frames.ts';

const frames = Number(process.env.DOSIS_FUZZ_CASES ?? 20_000);

describe('the service server under hostile frames', () => {
  it.each([1, 2])('does nothing, lets nobody in and lives on (seed %i)', (seed) => {
    const { unit, answers, strangeAnswers, wrongTries, counters } = besiege(seed, frames);
    expect(unit.deeds).toEqual([]);
    expect(new Set(unit.entries.map(({ act }) => act))).toEqual(new Set(['session-refused']));
    expect(unit.images.images()).toHaveLength(1);
    expect([strangeAnswers, counters.failed]).toEqual([0, 0]);
    expect(answers).toBeGreaterThan(frames / 10);
    // As many tries as the pauses let through in the time that passed, and no more.
    expect(wrongTries).toBe(unit.entries.length);
    expect(wrongTries).toBeLessThan(16);
  });
});
