import { describe, expect, it } from 'vitest';
import { heal } from '../../sim/run/cast.ts';
import { liveOffline } from './offline.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Lives offline, comes back, and is judged. */
function comeBack(options: { readonly seed: number; readonly days: number; readonly restarts: number }) {
  const { world, judge, recorder, citizen, stops, waiting } = liveOffline(options);
  const [epoch = 0] = world.centre.epochs;
  const hasAll = () => world.centre.ackedThrough(world.centre.epochs[0] ?? epoch) === world.diary.lastSeq;
  world.setInternet(true);
  const upMs = world.nowMs;
  while (!hasAll() && world.nowMs < upMs + 30 * MINUTE) world.timeline.runUntil(world.nowMs + SECOND);
  const untilCurrentMs = hasAll() ? world.nowMs - upMs : Number.POSITIVE_INFINITY;
  heal(world, citizen, { days: 1, visits: true });
  judge.judgeEnd();
  const told = [...world.centre.events(world.centre.epochs[0] ?? epoch).keys()].sort((a, b) => a - b);
  const result = {
    violations: judge.violations,
    doses: judge.doses,
    stops,
    struck: world.unit.crashPoints.struck,
    waiting,
    untilCurrentMs,
    told,
    lastSeq: world.diary.lastSeq,
    epochs: world.centre.epochs.length,
    trace: recorder.digest,
  };
  world.dispose();
  return result;
}

describe('thirty days offline with a hundred restarts', () => {
  it.each([1, 2, 3, 4, 5, 6])('cost no record and forge none: centre, ledger and world agree, seed %d', (seed) => {
    const run = comeBack({ seed, days: 30, restarts: 100 });
    expect(run.violations).toEqual([]);
    expect(run.stops).toBe(100);
    expect(run.struck).toBeGreaterThanOrEqual(25);
    expect(run.doses).toBeGreaterThan(80);
    expect(run.waiting).toBeGreaterThan(300);
    expect(run.epochs).toBe(1);
    expect(run.told).toEqual(Array.from({ length: run.lastSeq }, (_, index) => index + 1));
    expect(run.untilCurrentMs).toBeLessThanOrEqual(5 * MINUTE);
  });

  it('go the same way twice from one seed, and another from the next', () => {
    const options = { days: 30, restarts: 100 };
    const first = comeBack({ seed: 7, ...options });
    expect(comeBack({ seed: 7, ...options })).toEqual(first);
    expect(comeBack({ seed: 8, ...options }).trace).not.toBe(first.trace);
  });
});

describe('nine days offline', () => {
  it.each([11, 12, 13])('are told to the centre within five minutes, all of them once, seed %d', (seed) => {
    const run = comeBack({ seed, days: 9, restarts: 0 });
    expect(run.violations).toEqual([]);
    expect(run.told).toEqual(Array.from({ length: run.lastSeq }, (_, index) => index + 1));
    expect(run.untilCurrentMs).toBeLessThanOrEqual(5 * MINUTE);
  });
});
