import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../sim/kernel/random.ts';
import { BesiegedUnit, surfaces } from './besieged-unit.ts';
import { growthBytesMax, liveHeapBytes } from './heap.ts';

/** `DOSIS_FUZZ_RUNS=1000000` for the long run, `DOSIS_SEED` for one seen before. */
const runs = Number(process.env.DOSIS_FUZZ_RUNS ?? 10_000);
const seed = Number(process.env.DOSIS_SEED ?? Date.now() % 1_000_000);
const looks = 10;
/** What a flood may leave on record in an hour, and what time itself brings. */
const recordsMax = 50;

describe('a unit at whose line somebody writes whatever he likes', () => {
  beforeAll(() => {
    process.stderr.write(`mqtt-unit: DOSIS_SEED=${seed} DOSIS_FUZZ_RUNS=${runs}\n`);
  });

  it.each(surfaces)(
    'lives on, moves nothing, stays locked and forgets nothing (%s)',
    (surface) => {
      const unit = new BesiegedUnit(surface, Random.stream(seed, surface));
      const [before, records] = [unit.standing(), unit.records];
      const heap: number[] = [];
      for (let sent = 1; sent <= runs; sent += 1) {
        unit.suffer();
        if (sent % 1_000 === 0) expect({ seed, sent, ...unit.forget() }).toEqual({ seed, sent, moved: [] });
        if (sent % (runs / looks) !== 0) continue;
        expect({ seed, sent, ...unit.standing() }).toEqual({ seed, sent, ...before });
        heap.push(liveHeapBytes());
      }
      expect(unit.records - records).toBeLessThan(recordsMax);
      const [first = 0] = heap;
      expect(Math.min(...heap.slice(looks / 2)) - first).toBeLessThan(growthBytesMax);
      expect(unit.rig.store.integrityProblems()).toEqual([]);
      unit.rig.press();
      unit.rig.until('2026-11-20T20:00+01:00');
      unit.rig.press();
      expect(unit.rig.fate('evening/2026-11-20')).toBe('presented');
    },
    3_600_000,
  );
});
