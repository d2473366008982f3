import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../sim/kernel/timeline.ts';

describe('the timeline', () => {
  it('runs callbacks in order of time, then in order of booking', () => {
    const timeline = new Timeline(1_000);
    const ran: string[] = [];
    timeline.at(3_000, () => ran.push('late'));
    timeline.at(2_000, () => ran.push('first of two'));
    timeline.at(2_000, () => ran.push('second of two'));
    timeline.runUntil(10_000);
    expect(ran).toEqual(['first of two', 'second of two', 'late']);
    expect(timeline.nowMs).toBe(10_000);
  });

  it('jumps from deadline to deadline, also through callbacks that book the next', () => {
    const timeline = new Timeline(0);
    const ranAt: number[] = [];
    const chain = () => {
      ranAt.push(timeline.nowMs);
      if (ranAt.length < 4) timeline.after(100, chain);
    };
    timeline.after(100, chain);
    timeline.runUntil(1_000);
    expect(ranAt).toEqual([100, 200, 300, 400]);
  });

  it('treats the past as now and never goes back', () => {
    const timeline = new Timeline(5_000);
    let ranAt = 0;
    timeline.at(1, () => {
      ranAt = timeline.nowMs;
    });
    timeline.step();
    expect(ranAt).toBe(5_000);
    timeline.runUntil(4_000);
    expect(timeline.nowMs).toBe(5_000);
  });

  it('forgets a cancelled callback, and cancelling twice or afterwards is harmless', () => {
    const timeline = new Timeline(0);
    let runs = 0;
    const booking = timeline.after(10, () => {
      runs += 1;
    });
    timeline.cancel(booking);
    timeline.cancel(booking);
    timeline.cancel(undefined);
    expect(timeline.nextMs).toBe(Number.POSITIVE_INFINITY);
    timeline.runUntil(100);
    expect(runs).toBe(0);
    expect(timeline.step()).toBe(false);
  });

  it('refuses an instant that is not a number', () => {
    expect(() => new Timeline(0).at(Number.NaN, () => undefined)).toThrow(RangeError);
  });

  it('agrees with a sorted list for any bookings and cancellations', () => {
    const bookings = fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 50 }), cancelled: fc.boolean() }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(bookings, (wanted) => {
        const timeline = new Timeline(0);
        const ran: number[] = [];
        const made = wanted.map(({ atMs }, index) => timeline.at(atMs, () => ran.push(index)));
        wanted.forEach(({ cancelled }, index) => {
          if (cancelled) timeline.cancel(made[index]);
        });
        timeline.runUntil(100);
        const expected = wanted
          .map((booking, index) => ({ ...booking, index }))
          .filter(({ cancelled }) => !cancelled)
          .sort((a, b) => a.atMs - b.atMs || a.index - b.index)
          .map(({ index }) => index);
        expect(ran).toEqual(expected);
      }),
    );
  });
});
