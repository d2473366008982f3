import type { BootFirmware, UnitPlace } from '../device/unit.ts';
import { Judge } from '../oracle/judge.ts';
import type { Violation } from '../oracle/verdicts.ts';
import type { Scenario, Step } from '../scenarios/scenario.ts';
import { heal, populate } from './cast.ts';
import { Expectations, type Mismatch } from './expectations.ts';
import { makeWorld } from './firmware.ts';
import { Recorder } from './recorder.ts';
import { reportedEvent } from './reported-events.ts';
import type { Failure, ScenarioResult } from './results.ts';
import { Stage } from './stage.ts';

/** The unit is set up and filled so long before a story begins. */
const prepareMs = 15 * 60_000;

export interface RunOptions {
  readonly seed: number;
  /** Where to kill the unit: `at` counts crash points from the story's beginning. */
  readonly crash?: { readonly at: number; readonly kind: 'process' | 'power' };
  /** Called with each trace line. */
  readonly onLine?: (line: string) => void;
  /** Reads a real clock, for `wallMs`; 0 without it. */
  readonly stopwatchMs?: () => number;
  /** Writes a trace that can be replayed. */
  readonly traceTo?: (line: string) => void;
  /** Other firmware than the real one, e.g. with a planted bug. */
  readonly boot?: BootFirmware;
  /** Other electronics than the simulated ones. */
  readonly electronics?: UnitPlace['electronics'];
  /** Until what people do has come through the electronics, milliseconds; 0 without it. */
  readonly reactionMs?: number;
}

export interface ScenarioRun extends ScenarioResult {
  readonly violations: readonly Violation[];
  /** The crash points passed between the story's beginning and its end, by name. */
  readonly crashPoints: readonly string[];
  /** How often `crash` really killed the unit: once, or the story has no such point. */
  readonly kills: number;
}

/** Plays one story on a new world and judges it. */
export function runScenario(scenario: Scenario, options: RunOptions): ScenarioRun {
  const stopwatch = options.stopwatchMs ?? (() => 0);
  const startedMs = stopwatch();
  const { seed, crash } = options;
  const { world, recorder, judge, citizen } = prepare(scenario, options);
  const points = world.unit.crashPoints;
  const crashPoints: string[] = [];
  const firstEntry = world.diary.entries.length;
  if (crash !== undefined) {
    world.unit.crashKind = crash.kind;
    points.arm(points.passed + crash.at);
  }
  points.onPass = (point) => crashPoints.push(point);
  const failures = play(
    scenario,
    new Stage(world, citizen, crash !== undefined),
    new Expectations(world),
    options.reactionMs ?? 0,
  );
  world.timeline.runUntil(scenario.endMs);
  points.onPass = () => undefined;
  const simulatedSeconds = Math.round((world.nowMs - scenario.startMs) / 1000);
  const entries = world.diary.entries.slice(firstEntry);
  heal(world, citizen);
  judge.judgeEnd();
  const { calendar } = world.schedule;
  const judged = judge.violations.map(({ invariant, atMs, detail }): Failure => {
    return { step: `oracle at ${calendar.format(atMs)}`, expected: invariant, actual: detail };
  });
  const allFailures = crash === undefined ? [...failures, ...judged] : judged;
  const result: ScenarioRun = {
    name: scenario.name,
    file: scenario.file,
    seed,
    passed: allFailures.length === 0,
    failures: allFailures,
    simulatedSeconds,
    wallMs: Math.round(stopwatch() - startedMs),
    traceHash: recorder.digest,
    events: entries.map((entry) => reportedEvent(entry, calendar)),
    violations: judge.violations,
    crashPoints,
    kills: points.struck,
  };
  world.dispose();
  return result;
}

/** A world at the beginning of the story: the unit is set up and filled, its people are there, and the oracle looks on. */
function prepare(scenario: Scenario, { seed, traceTo, boot, electronics, onLine }: RunOptions) {
  const { config, spec, startMs } = scenario;
  const trace = traceTo === undefined ? undefined : { of: `${scenario.file} --seed ${seed}`, write: traceTo };
  const world = makeWorld({
    seed,
    startMs: startMs - prepareMs,
    config,
    spec,
    trace,
    ...(boot === undefined ? {} : { boot }),
    ...(electronics === undefined ? {} : { electronics }),
  });
  const recorder = new Recorder(world, onLine);
  const judge = new Judge(world);
  const citizen = populate(world, {
    citizen: scenario.citizen,
    nurseComes: scenario.nurseComes,
    technicianComes: scenario.technicianComes,
  });
  world.unit.start(0);
  world.nurse.refill();
  world.timeline.runUntil(startMs);
  return { world, recorder, judge, citizen };
}

function play(scenario: Scenario, stage: Stage, expectations: Expectations, reactionMs: number): Failure[] {
  const failures: Failure[] = [];
  for (const step of scenario.steps) {
    stage.world.timeline.runUntil(step.atMs);
    failures.push(
      ...playStep(step, stage, expectations, reactionMs).map((mismatch) => ({
        step: `line ${step.line}, step ${step.title}`,
        ...mismatch,
      })),
    );
  }
  return failures;
}

function playStep({ parts }: Step, stage: Stage, expectations: Expectations, reactionMs: number): Mismatch[] {
  const { timeline } = stage.world;
  return parts.flatMap((part) => {
    if ('do' in part) {
      const impossible = stage.play(part.do);
      timeline.runUntil(timeline.nowMs + reactionMs);
      return impossible ?? [];
    }
    return 'expect' in part ? expectations.check(part.expect) : expectations.checkCentre(part.expectCentre);
  });
}
