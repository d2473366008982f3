import fc from 'fast-check';
import type { Sachet } from '../../../firmware/domain/stock.ts';
import { CONFIG, labels, MINUTE, Rig, SECOND } from './rig.ts';

/** How often a property is tried: a few times in every run, as often as DOSIS_RUNS says when somebody hunts. */
export const runs = (few: number): { numRuns: number } => ({ numRuns: Number(process.env.DOSIS_RUNS ?? few) });
/** Properties take long on a busy machine, and hunts as long as they like. */
export const PATIENCE = { timeout: process.env.DOSIS_RUNS === undefined ? 60_000 : 3_600_000 };

/** Everything that people, the mechanism, power and clocks may do to a unit, in any order. */

const minutes = fc.constantFrom(0, 1, 5, 12, 31, 65, 4 * 60, 11 * 60, 26 * 60);

const anyStep = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('pass' as const), minutes }) },
  { weight: 4, arbitrary: fc.constant({ do: 'untilCall' as const }) },
  { weight: 6, arbitrary: fc.constant({ do: 'press' as const }) },
  { weight: 5, arbitrary: fc.constant({ do: 'take' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fill' as const),
      roll: fc.constantFrom('A' as const, 'B' as const),
      unlabelled: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('door' as const), withKey: fc.boolean(), open: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('takeOut' as const), doses: fc.integer({ min: 1, max: 7 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('absence' as const), minutes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), start: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'quiet' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('power' as const),
      percent: fc.constantFrom(100, 25, 5),
      mains: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('clock' as const),
      source: fc.constantFrom('rtc' as const, 'lost' as const, 'synchronised' as const),
      byMinutes: fc.constantFrom(0, 1, -90, 200),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('outcome' as const),
      moves: fc.boolean(),
      answers: fc.boolean(),
      gate: fc.constantFrom('clear' as const, 'clear' as const, 'blocked' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('cut' as const),
      afterMs: fc.constantFrom(0, 2 * SECOND, 4 * SECOND),
      offMinutes: minutes,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), back: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      fate: fc.constantFrom('taken' as const, 'missed' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'repair' as const }) },
);
export type Step = typeof anyStep extends fc.Arbitrary<infer S> ? S : never;

export const rollFor = (rig: Rig, unlabelled: boolean): Sachet[] => {
  const today = new Date(rig.wallMs).toISOString().slice(0, 10);
  const sachets = labels(today, 4, ['morning', 'evening', 'evening']);
  return [null, ...(unlabelled ? sachets.map((): Sachet => 'unlabelled') : sachets), null];
};

const GO: { readonly [K in Step['do']]: (rig: Rig, step: Extract<Step, { do: K }>) => void } = {
  pass: (rig, { minutes: passed }) => rig.pass(passed * MINUTE),
  untilCall: (rig) => {
    for (let wait = 0; wait < 60 && rig.host.state.chart.reminder === 'idle'; wait += 1) rig.pass(30 * MINUTE);
  },
  press: (rig) => rig.press(),
  take: (rig) => {
    if (rig.cup.length > 0) rig.take();
  },
  fill: (rig, { roll, unlabelled }) => {
    rig.gate = 'clear';
    rig.fill({ [roll]: rollFor(rig, unlabelled) });
  },
  door: (rig, { open, withKey }) => rig.sense(open ? { type: 'door.opened', withKey } : { type: 'door.closed' }),
  takeOut: (rig, { doses }) => {
    rig.ask({ type: 'takeOut.requested', doses });
    rig.pass(6 * SECOND);
  },
  absence: (rig, { minutes: away }) => {
    if (away === 0) rig.ask({ type: 'absence.ended' });
    else rig.ask({ type: 'absence.started', untilMs: rig.wallMs + away * MINUTE });
  },
  pause: (rig, { start }) => rig.ask({ type: start ? 'pause.started' : 'pause.ended' }),
  quiet: (rig) => rig.sense({ type: 'quiet.requested' }),
  power: (rig, { mains, percent }) => rig.setPower({ source: mains ? 'mains' : 'battery', batteryPercent: percent }),
  clock: (rig, { source, byMinutes }) => {
    rig.source = source;
    rig.stepClock(byMinutes * MINUTE);
    rig.pass(31 * SECOND);
  },
  outcome: (rig, outcome) => {
    rig.outcomes.push(outcome);
  },
  cut: (rig, { afterMs, offMinutes }) => {
    rig.sense({ type: 'button.pressed' });
    rig.pass(afterMs);
    rig.cutPower();
    rig.pass(offMinutes * MINUTE);
    rig.boot();
  },
  acknowledge: (rig, { back }) =>
    rig.ask({ type: 'link.acknowledged', epoch: 7, through: Math.max(0, rig.events.length - back) }),
  settle: (rig, { fate }) => {
    for (const dose of rig.host.state.memory?.doses.values() ?? []) {
      if (dose.fate === 'uncertain') rig.ask({ type: 'uncertainty.settled', dose: dose.key, fate });
    }
    rig.pass(SECOND);
  },
  repair: (rig) => {
    rig.gate = 'clear';
    rig.ask({ type: 'fault.repaired' });
    rig.pass(SECOND);
  },
};

export function go(rig: Rig, step: Step): void {
  (GO[step.do] as (rig: Rig, step: Step) => void)(rig, step);
}

const config = {
  regimen: { slots: CONFIG.regimen.slots.map((slot) => (slot.id === 'evening' ? { ...slot, sachets: 2 } : slot)) },
};

export const anyWalk = fc.record({
  profile: fc.constantFrom('roll' as const, 'dual-roll' as const),
  steps: fc.array(anyStep, { minLength: 1, maxLength: 40, size: 'max' }),
});

/** A unit with a fresh roll, whose evening dose is of two sachets. */
export function unitFor(profile: 'roll' | 'dual-roll'): Rig {
  const rig = new Rig({ config: { ...config, profile } });
  // Checked at every start; here the file is sound, and the check slow.
  rig.store.integrityProblems = () => [];
  rig.fill({ A: rollFor(rig, false) });
  return rig;
}
