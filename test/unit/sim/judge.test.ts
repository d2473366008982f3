import { describe, expect, it } from 'vitest';
import type { Host } from '../../../firmware/host/host.ts';
import { lockedReport } from '../../../firmware/host/lockdown.ts';
import type { Ports } from '../../../firmware/host/ports.ts';
import { usualUnit } from '../../../sim/device/unit-spec.ts';
import { Judge } from '../../../sim/oracle/judge.ts';
import { dayNumberOf } from '../../../sim/prescription/calendar.ts';
import { makeWorld } from '../../../sim/run/firmware.ts';

const startMs = dayNumberOf('2026-03-02') * 86_400_000 + 6 * 3_600_000;
const config = {
  version: 1,
  profile: 'dual-roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '70 10 20 30',
  regimen: { slots: [{ id: 'morgen', at: '08:00', beforeMinutes: 30, afterMinutes: 60 }], minIntervalMinutes: 0 },
} as const;

/**
 * A world whose unit does whatever a test tells its ports to do: what a defective firmware might. It holds the real
 * ledger, so that intents can be forged or left out.
 */
function lawlessWorld() {
  let ports: Ports | undefined;
  const idle: Host = {
    receive: () => null,
    offerConfig: (signed) => lockedReport(signed),
    ledger: null,
    report: null,
    state: { phase: 'running', cause: null, chart: {}, memory: null, strayAcks: 0, nowMs: 0 },
    stop: () => undefined,
  };
  const world = makeWorld({
    seed: 1,
    startMs,
    config,
    spec: usualUnit,
    boot: (given) => {
      ports = given;
      return idle;
    },
  });
  const judge = new Judge(world);
  world.unit.start(0);
  world.timeline.runUntil(startMs + 1);
  const roll = world.pharmacy.pack(startMs, 5, ['A'], () => false).get('A') ?? [];
  world.unit.parts.bays.A.push(...roll);
  const intend = (id: number) =>
    world.unit.store.prepare(`INSERT INTO intent VALUES (?,'release',NULL,0,'A',0,0,0,'open')`).run(id);
  const settle = (id: number) => world.unit.store.prepare(`UPDATE intent SET outcome = 'moved' WHERE id = ?`).run(id);
  const release = (id: number) => ports?.mechanism.release({ intent: id, roll: 'A' });
  const at = (text: string) => world.timeline.runUntil(Date.parse(`${text}+01:00`));
  const broken = () => [...new Set(judge.violations.map(({ invariant }) => invariant))];
  const { tag } = world.unit;
  return { world, intend, settle, release, at, broken, tag, tell: judge.observed };
}

/** What a unit breaks by doing nothing at all. */
const idleRules = ['ready-after-start', 'due-dose-is-offered', 'missed-dose-alarms'];

describe('the oracle', () => {
  it('has nothing to say about a release with a durable intent inside its window', () => {
    const { intend, release, at, broken, world } = lawlessWorld();
    at('2026-03-02T08:01:00');
    intend(1);
    release(1);
    world.timeline.runUntil(world.nowMs + 5_000);
    expect(broken().filter((rule) => !idleRules.includes(rule))).toEqual([]);
  });

  it('sees a movement without a durable intent', () => {
    const { release, at, broken } = lawlessWorld();
    at('2026-03-02T08:01:00');
    release(1);
    expect(broken()).toContain('intent-before-movement');
  });

  it('sees an intent that moves twice, and the dose of tomorrow that comes out with it', () => {
    const { intend, release, at, broken, world } = lawlessWorld();
    at('2026-03-02T08:01:00');
    intend(1);
    release(1);
    world.timeline.runUntil(world.nowMs + 10_000);
    release(1);
    world.timeline.runUntil(world.nowMs + 10_000);
    expect(broken()).toEqual(expect.arrayContaining(['intent-moves-once', 'release-inside-window']));
  });

  it('sees a release before its window and one after it', () => {
    for (const moment of ['2026-03-02T07:20:00', '2026-03-02T09:20:00']) {
      const { intend, release, at, broken, world } = lawlessWorld();
      at(moment);
      intend(1);
      release(1);
      world.timeline.runUntil(world.nowMs + 5_000);
      expect(broken()).toContain('release-inside-window');
    }
  });

  it('sees the same dose come out twice', () => {
    const { intend, settle, release, at, broken, world } = lawlessWorld();
    const [first] = world.unit.parts.bays.A;
    if (first !== undefined) world.unit.parts.bays.A.unshift({ ...first, serial: 999 });
    at('2026-03-02T08:01:00');
    intend(1);
    release(1);
    world.timeline.runUntil(world.nowMs + 5_000);
    settle(1);
    intend(2);
    release(2);
    world.timeline.runUntil(world.nowMs + 5_000);
    expect(broken()).toContain('one-release-per-dose');
  });

  it('sees a release while the clock is wrong, and one while the door is open', () => {
    const { intend, release, at, broken, world } = lawlessWorld();
    at('2026-03-02T08:01:00');
    world.unit.sensors.openDoor(true);
    world.setInternet(false);
    world.stepClock(3_600_000);
    world.unit.clock.read();
    world.timeline.runUntil(world.nowMs + 5_000);
    intend(1);
    release(1);
    expect(broken()).toEqual(expect.arrayContaining(['nothing-moves-while-open', 'suspect-clock-releases-nothing']));
  });

  it('sees movements that overlap', () => {
    const { intend, settle, release, at, broken } = lawlessWorld();
    at('2026-03-02T08:01:00');
    intend(1);
    release(1);
    settle(1);
    intend(2);
    release(2);
    expect(broken()).toContain('moves-do-not-overlap');
  });

  it('sees a unit that does nothing: not ready, no offer, no missed dose told', () => {
    const { at, broken } = lawlessWorld();
    at('2026-03-02T12:00:00');
    expect(broken()).toEqual(idleRules);
  });

  it('sees a roll that holds something else than the ledger says', () => {
    const { world, at, broken } = lawlessWorld();
    world.unit.store
      .prepare('INSERT INTO roll VALUES (?,?,0)')
      .run('A', JSON.stringify([{ slot: 'morgen', date: '2026-03-09' }]));
    at('2026-03-03T08:00:00');
    expect(broken()).toContain('stock-is-known');
  });

  it('sees an alarm of a missing roll that outlasts its cause, and none while the roll lies beside the unit', () => {
    const { world, at, broken } = lawlessWorld();
    world.unit.parts.hung.A = false;
    const raised = { type: 'alarm.raised', seq: 1, at: 0, code: 'roll-missing' } as const;
    world.diary.observe({ kind: 'recorded', event: raised, atMs: world.nowMs });
    at('2026-03-03T08:00:00');
    expect(broken()).not.toContain('alarm-ends-with-its-cause');
    world.unit.parts.hung.A = true;
    at('2026-03-04T08:00:00');
    expect(broken()).toContain('alarm-ends-with-its-cause');
  });

  it('sees a tag that calls for no dose, and one that is said to be heard though nobody pressed it', () => {
    const { world, at, broken, tag, tell } = lawlessWorld();
    at('2026-03-02T07:40:00');
    tell({ kind: 'effect', effect: { type: 'tag.alert', level: 2 }, atMs: world.nowMs });
    expect(broken()).toContain('tag-calls-for-a-dose');
    tag.press();
    const heard = { type: 'reminder.heard', seq: 1, at: 0, slot: 'morgen', date: '2026-03-02' } as const;
    tell({ kind: 'recorded', event: heard, atMs: world.nowMs });
    expect(broken()).not.toContain('heard-was-pressed');
    tell({ kind: 'recorded', event: heard, atMs: world.nowMs });
    expect(broken()).toContain('heard-was-pressed');
  });

  it('sees that firmware threw', () => {
    const world = makeWorld({
      seed: 1,
      startMs,
      config,
      spec: usualUnit,
      boot: () => {
        throw new TypeError('no such thing');
      },
    });
    const judge = new Judge(world);
    world.unit.start(0);
    world.timeline.runUntil(startMs + 1);
    expect(judge.violations).toMatchObject([
      { invariant: 'firmware-does-not-throw', detail: 'TypeError: no such thing' },
    ]);
  });
});
