import { describe, expect, it } from 'vitest';
import type { SensorEvent } from '../../../hal/ports/sensors.ts';
import { StoreError } from '../../../hal/ports/store.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { SimBattery } from '../../../sim/device/battery.ts';
import { SimClock } from '../../../sim/device/clock.ts';
import { CrashPoints, PowerCut } from '../../../sim/device/crash-points.ts';
import { MechanismParts } from '../../../sim/device/mechanism-parts.ts';
import { SimSensors } from '../../../sim/device/sensors.ts';
import { SimStore } from '../../../sim/device/store.ts';
import { Random } from '../../../sim/kernel/random.ts';
import { Timeline } from '../../../sim/kernel/timeline.ts';

const hourMs = 3_600_000;

describe('the battery', () => {
  function battery(timeline: Timeline) {
    const told: string[] = [];
    const made: SimBattery = new SimBattery(
      timeline,
      { runHours: 10, chargeHours: 5 },
      () => told.push(`${made.power().source} ${made.power().batteryPercent}`),
      () => told.push('flat'),
    );
    return { made, told };
  }

  it('tells each step of its gauge on the way down, and that it is flat', () => {
    const timeline = new Timeline(0);
    const { made, told } = battery(timeline);
    made.setMains(false);
    timeline.runUntil(11 * hourMs);
    expect(told.slice(0, 3)).toEqual(['battery 100', 'battery 95', 'battery 90']);
    expect(told.slice(-2)).toEqual(['battery 0', 'flat']);
    expect(made.live).toBe(false);
  });

  it('charges from the mains and stops at full', () => {
    const timeline = new Timeline(0);
    const { made } = battery(timeline);
    made.setMains(false);
    timeline.runUntil(5 * hourMs);
    expect(made.power().batteryPercent).toBe(50);
    made.setMains(true);
    timeline.runUntil(20 * hourMs);
    expect(made.power()).toEqual({ source: 'mains', batteryPercent: 100 });
    expect(timeline.nextMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('keeps its charge while the unit is off', () => {
    const timeline = new Timeline(0);
    const { made } = battery(timeline);
    made.setMains(false);
    made.setDrawing(false);
    timeline.runUntil(100 * hourMs);
    expect(made.power().batteryPercent).toBe(100);
  });
});

describe('the clock', () => {
  it('shows true time until disturbed, and keeps counting since boot through every step', () => {
    const timeline = new Timeline(1_000_000);
    const clock = new SimClock(timeline, (wake) => wake());
    timeline.runUntil(1_060_000);
    clock.step(-hourMs);
    expect(clock.read()).toEqual({ wallMs: 1_060_000 - hourMs, monoMs: 60_000, source: 'rtc' });
    clock.synchronise(0);
    expect(clock.read()).toEqual({ wallMs: 1_060_000, monoMs: 60_000, source: 'synchronised' });
  });

  it('drifts by parts per million and is excused for exactly that', () => {
    const timeline = new Timeline(0);
    const clock = new SimClock(timeline, (wake) => wake());
    clock.drift(100);
    timeline.runUntil(10_000_000);
    expect(clock.errorMs).toBe(1_000);
    expect(clock.excusedMs).toBe(1_000);
  });

  it('starts again at 1970 when it loses its power, and says so', () => {
    const timeline = new Timeline(1_800_000_000_000);
    const clock = new SimClock(timeline, (wake) => wake());
    clock.lose();
    timeline.runUntil(timeline.nowMs + 5_000);
    expect(clock.read()).toMatchObject({ wallMs: 5_000, source: 'lost' });
  });

  it('wakes once, the latest request counts, and within half a minute of moved hands', () => {
    const timeline = new Timeline(0);
    const clock = new SimClock(timeline, (wake) => wake());
    const woke: string[] = [];
    clock.wakeAfter(1_000, () => woke.push('first'));
    clock.wakeAfter(2_000, () => woke.push('second'));
    timeline.runUntil(10_000);
    expect(woke).toEqual(['second']);
    clock.wakeAfter(hourMs, () => woke.push(`third at ${timeline.nowMs}`));
    clock.step(5 * hourMs);
    timeline.runUntil(2 * hourMs);
    expect(woke).toEqual(['second', 'third at 40000']);
  });

  it('excuses a step that a restart hid, but not one that a reading has shown', () => {
    const timeline = new Timeline(0);
    const clock = new SimClock(timeline, (wake) => wake());
    clock.step(hourMs);
    clock.read();
    clock.boot();
    expect(clock.excusedMs).toBe(0);
    clock.step(hourMs);
    clock.boot();
    expect(clock.excusedMs).toBe(hourMs);
  });
});

describe('the sensors', () => {
  function sensors(seed: number) {
    const timeline = new Timeline(0);
    const events: SensorEvent[] = [];
    const parts = new MechanismParts(10);
    const made = new SimSensors(
      timeline,
      Random.stream(seed, 'button'),
      parts,
      () => ({ source: 'mains', batteryPercent: 100 }),
      (event) => events.push(event),
    );
    return { timeline, events, parts, made };
  }

  it('bounce: one press is heard up to four times within a hundredth of a second', () => {
    const heard = new Set<number>();
    for (let seed = 0; seed < 50; seed += 1) {
      const { timeline, events, made } = sensors(seed);
      made.press(true);
      timeline.runUntil(12);
      heard.add(events.length);
      timeline.runUntil(1_000);
      expect(events.length).toBeLessThanOrEqual(4);
    }
    expect([...heard].sort()).toEqual([1, 2, 3, 4]);
  });

  it('tell of the cup only when it becomes empty, by whatever means', () => {
    const { events, parts, made } = sensors(1);
    made.lookIntoCup();
    parts.cup.push({ serial: 1, contents: null });
    made.lookIntoCup();
    expect(events).toEqual([]);
    parts.cup.splice(0);
    made.lookIntoCup();
    made.lookIntoCup();
    expect(events).toEqual([{ type: 'cup.emptied' }]);
  });

  it('know whether the door stands open, and by whose hand', () => {
    const { events, made } = sensors(1);
    made.openDoor(true);
    expect(made.door()).toBe('opened');
    made.closeDoor();
    expect(made.door()).toBe('closed');
    made.openDoor(false);
    expect(made.door()).toBe('forced');
    expect(events.map(({ type }) => type)).toEqual(['door.opened', 'door.closed', 'door.opened']);
  });
});

describe('the store', () => {
  function store() {
    const crashPoints = new CrashPoints();
    const made = new SimStore(openStore({ path: ':memory:' }), crashPoints);
    made.exec('CREATE TABLE fact (value INTEGER)');
    const insert = made.prepare('INSERT INTO fact VALUES (?)');
    const count = () => made.prepare('SELECT count(*) AS n FROM fact').get()?.n;
    return { made, crashPoints, insert, count };
  }

  it('keeps nothing of a commit that the power cut before, and all of one it cut after', () => {
    const { made, crashPoints, insert, count } = store();
    crashPoints.armAhead(1);
    expect(() => made.transaction(() => insert.run(1))).toThrow(PowerCut);
    expect(count()).toBe(0);
    crashPoints.armAhead(2);
    expect(() => made.transaction(() => insert.run(2))).toThrow(PowerCut);
    expect(count()).toBe(1);
    made.transaction(() => insert.run(3));
    expect(count()).toBe(2);
    expect(made.commits).toBe(2);
  });

  it('refuses commits while the medium fails, keeps nothing of them, and heals', () => {
    const { made, insert, count } = store();
    made.setFailure('full');
    expect(() => made.transaction(() => insert.run(1))).toThrow(StoreError);
    expect(count()).toBe(0);
    made.setFailure(undefined);
    made.transaction(() => insert.run(1));
    expect(count()).toBe(1);
  });
});

describe('crash points', () => {
  it('cut exactly once, at the armed place', () => {
    const points = new CrashPoints();
    points.arm(3);
    const cuts: string[] = [];
    for (let call = 1; call <= 5; call += 1) {
      try {
        points.around(`effect ${call}`, () => undefined);
      } catch (error) {
        cuts.push((error as PowerCut).point);
      }
    }
    expect(cuts).toEqual(['before effect 2']);
    expect(points.passed).toBe(9);
  });
});
