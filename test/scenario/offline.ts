import { contentsOf } from '../../sim/device/sachet.ts';
import { usualUnit } from '../../sim/device/unit-spec.ts';
import { Random } from '../../sim/kernel/random.ts';
import { Judge } from '../../sim/oracle/judge.ts';
import { populate } from '../../sim/run/cast.ts';
import { drawConfig } from '../../sim/run/draw-config.ts';
import { makeWorld } from '../../sim/run/firmware.ts';
import { Recorder } from '../../sim/run/recorder.ts';
import { citizenNames } from '../../sim/world/habits.ts';
import type { World, WorldOptions } from '../../sim/world/world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Restarts that meet a place between two effects or commits; the others come at an instant. */
const AT_CRASH_POINTS = 0.4;

export interface OfflineOptions {
  readonly seed: number;
  readonly days: number;
  readonly restarts: number;
  /** Another line than the simulated one. */
  readonly line?: WorldOptions['line'];
  /** Takes the line away and gives it back; the simulated network unless told. */
  readonly plug?: (world: World, plugged: boolean) => void;
}

export interface OfflineRun {
  readonly world: World;
  readonly judge: Judge;
  readonly recorder: Recorder;
  readonly citizen: ReturnType<typeof populate>;
  /** How often the firmware went down while it was offline. */
  readonly stops: number;
  /** Records that waited for the centre when the line came back. */
  readonly waiting: number;
  /** The doses of the sachets that hands took out of the cup, one for each sachet. */
  readonly given: readonly string[];
}

/** A unit and its people, drawn from the seed, after days without a line and with restarts spread over them. */
export function liveOffline({ seed, days, restarts, line, plug = throughWeather }: OfflineOptions): OfflineRun {
  const draw = Random.stream(seed, 'offline');
  const startMs = Date.UTC(2026, 9, 1 + draw.below(20), 9);
  const config = drawConfig(draw);
  const world = makeWorld({ seed, startMs, config, spec: usualUnit, ...(line === undefined ? {} : { line }) });
  const recorder = new Recorder(world);
  const judge = new Judge(world);
  const citizen = populate(world, { citizen: draw.pick(citizenNames), nurseComes: true, technicianComes: true });
  let stops = 0;
  const given: string[] = [];
  world.watch({ happened: (event) => event.type === 'taken' && given.push(...event.sachets.map(contentsOf)) });
  world.unit.start(0);
  world.timeline.runUntil(startMs + 10 * MINUTE);
  const before = world.diary.lastSeq;
  plug(world, false);
  world.watch({ stopped: () => (stops += 1) });
  const offlineMs = days * DAY;
  for (let restart = 0; restart < restarts; restart += 1) {
    // Within its share of the time, so that no two come at once.
    const atMs = world.nowMs + ((restart + 0.8 * draw.unit()) * offlineMs) / Math.max(restarts, 1);
    world.timeline.at(Math.floor(atMs), restarter(world, draw));
  }
  world.timeline.runUntil(startMs + 10 * MINUTE + offlineMs);
  return { world, judge, recorder, citizen, stops, waiting: world.diary.lastSeq - before, given };
}

function restarter({ unit }: World, draw: Random): () => void {
  if (draw.chance(AT_CRASH_POINTS)) {
    const [kind, ahead] = [draw.pick(['process', 'power'] as const), 1 + draw.below(12)];
    return () => {
      unit.crashKind = kind;
      unit.crashPoints.armAhead(ahead);
    };
  }
  if (draw.chance(0.5)) return () => unit.killProcess('killed');
  const offMs = draw.between(5_000, 40 * MINUTE);
  return () => {
    unit.losePower('the plug is pulled');
    unit.start(offMs);
  };
}

function throughWeather(world: World, plugged: boolean): void {
  world.setInternet(plugged);
}
