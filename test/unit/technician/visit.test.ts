import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SmpClient } from '../../../tools/technician/smp-client.ts';
import { Visit } from '../../../tools/technician/visit.ts';
import { techWords } from '../../../tools/technician/words.ts';

const { da } = techWords;

describe('a long wait for a unit', () => {
  it('is told every fifteen seconds, with how long it may last', async () => {
    let nowMs = 1_000;
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    onTestFinished(() => void vi.restoreAllMocks());
    const visit = new Visit({
      t: da,
      client: {} as SmpClient,
      reopen: () => undefined,
      pass: () => {
        throw new TypeError('Nobody needs a pass.');
      },
      hasPass: false,
      signal: new AbortController().signal,
      nowMs: () => 0,
    });
    const told: string[] = [];
    const look = async () => {
      nowMs += 16_000;
      return nowMs;
    };
    const seen = await visit.awaited(
      look,
      (ms) => ms >= 49_000,
      60_000,
      (sentence) => void told.push(sentence),
    );
    expect(seen).toBe(49_000);
    expect(told).toEqual([da.waitsStill(15, 60), da.waitsStill(30, 60)]);
  });
});
