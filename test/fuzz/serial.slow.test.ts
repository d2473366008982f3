import { expect, it } from 'vitest';
import { besiege } from './serial-frames.ts';

const frames = 1_000_000;
/** What a heap may breathe; a leak of 100 bytes a frame would be three times this. */
const growthBytesMax = 32 * 1024 * 1024;

it('takes a million hostile frames without a crash, a deed or growth', () => {
  const heapUsed: number[] = [];
  const { unit, strangeAnswers, wrongTries, counters } = besiege(7, frames, (sent) => {
    if (sent % (frames / 10) !== 0) return;
    globalThis.gc?.();
    heapUsed.push(process.memoryUsage().heapUsed);
  });
  expect(unit.deeds).toEqual([]);
  expect(new Set(unit.entries.map(({ act }) => act))).toEqual(new Set(['session-refused']));
  expect([strangeAnswers, counters.failed]).toEqual([0, 0]);
  expect(wrongTries).toBeLessThan(40);
  const [first = 0] = heapUsed;
  const lowest = Math.min(...heapUsed.slice(5));
  expect(lowest - first).toBeLessThan(growthBytesMax);
});
