import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../sim/kernel/random.ts';
import { BesiegedUnit, surfaces } from './besieged-unit.ts';
import { growthBytesMax, liveHeapBytes } from './heap.ts';

/** Messages on all topics together: `DOSIS_FUZZ_RUNS=1000000` for the long run, `DOSIS_SEED` for one seen before. */
const total = Number(process.env.DOSIS_FUZZ_RUNS ?? 20_000);
const seed = Number(process.env.DOSIS_SEED ?? Date.now() % 1_000_000);
const looks = 10;
const runs = looks * Math.ceil(total / surfaces.length / looks);
/** Of strangers a dozen an hour stay on record; of orders that the centre itself has signed by mistake, one for each number. */
const recordsMax = 300;

describe('a unit at whose line somebody writes whatever he likes', () => {
  beforeAll(() => {
    process.stderr.write(`mqtt-unit: DOSIS_SEED=${seed} DOSIS_FUZZ_RUNS=${total}\n`);
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
