import { describe, expect, it } from 'vitest';
import { AHEAD_S_MAX } from '../../../tools/centre/orders/numbers.ts';
import { OrdersBench, other, refusal } from './orders-bench.ts';
import { nowMs } from './support.ts';

describe('a copy of the database that was put back', () => {
  it('gives no version twice, and finds out what the unit has', () => {
    const bench = new OrdersBench();
    bench.pass(60_000);
    const unit = bench.unit();
    unit.birth();
    const first = bench.set('unit-1');
    const copy = bench.copy();
    const lost = bench.set('unit-1', other);
    const restored = bench.putBack(copy);
    // Unheard, it would have guessed the same number.
    const blind = restored.set('unit-1', { ...other, quietMinutes: 30 });
    expect(blind.version).toBeGreaterThan(lost.version);
    unit.birth();
    expect(restored.orders.readings.config('unit-1')).toMatchObject({
      inForce: { version: lost.version, hash: lost.hash },
      wanted: { version: first.version },
      newest: { version: blind.version, state: 'rejected' },
      discrepancy: 'not-ours',
    });
    expect(unit.inForce?.version).toBe(lost.version);
  });

  it('learns the hash of a newer document by asking with an older one, and leaves the unit as it is', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    const first = bench.set('unit-1');
    const copy = bench.copy();
    const lost = bench.set('unit-1', other);
    const restored = bench.putBack(copy);
    unit.birth();
    expect(restored.orders.readings.config('unit-1')).toMatchObject({
      inForce: { version: lost.version, hash: lost.hash },
      wanted: { version: first.version, state: 'applied' },
    });
    unit.birth();
    expect(restored.sent('config')).toBe(1);
  });
});

describe('a centre that dies', () => {
  it('between storing and sending goes on where it was', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    // The broker has not taken anything any more.
    bench.mqtt.drop();
    const { version } = bench.set('unit-1');
    expect([bench.sent('config'), bench.state('unit-1', version)]).toEqual([0, 'made']);
    const next = bench.restart();
    unit.birth(false);
    expect(next.state('unit-1', version)).toBe('applied');
  });

  it('between sending and the report hears of it at the next birth', () => {
    const bench = new OrdersBench();
    const unit = bench.unit();
    unit.birth();
    bench.delivers = false;
    const { version } = bench.set('unit-1');
    expect(bench.state('unit-1', version)).toBe('sent');
    const next = bench.restart();
    unit.birth();
    expect([next.state('unit-1', version), unit.configs.length]).toEqual(['applied', 1]);
  });

  it('keeps nothing of a document whose storing failed', () => {
    const bench = new OrdersBench();
    bench.unit().birth();
    bench.store.exec(`CREATE TRIGGER full BEFORE INSERT ON config_envelope BEGIN SELECT raise(ABORT, 'full'); END`);
    expect(() => bench.set('unit-1')).toThrow(/full/);
    expect([bench.sent('config'), bench.orders.readings.configHistory('unit-1')]).toEqual([0, []]);
  });

  it('numbers by its clock and never ahead of the next process, so that versions rise also over a restart', () => {
    const bench = new OrdersBench();
    expect(bench.set('unit-1').version).toBe(nowMs / 1000 + AHEAD_S_MAX);
    bench.pass(60_000);
    const versions = Array.from({ length: AHEAD_S_MAX + 1 }, () => bench.set('unit-1').version);
    expect(versions.at(-1)).toBe(nowMs / 1000 + 60 + AHEAD_S_MAX);
    expect(refusal(() => bench.set('unit-1')).message).toMatch(/ask again in a moment\.$/);
    const next = bench.restart(1000).set('unit-1');
    expect(next.version).toBe(nowMs / 1000 + 61 + AHEAD_S_MAX);
  });

  it('goes on counting when its clock was put back', () => {
    const bench = new OrdersBench();
    const { version } = bench.set('unit-1');
    bench.nowMs -= 3_600_000;
    expect(bench.set('unit-1', other).version).toBe(version + 1);
  });
});
