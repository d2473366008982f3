import type { ConfigDocument } from '../../protocol/messages/config.ts';
import { contentsOf } from '../device/sachet.ts';
import type { UnitPlace } from '../device/unit.ts';
import { usualUnit } from '../device/unit-spec.ts';
import { Judge } from '../oracle/judge.ts';
import { makeWorld } from '../run/firmware.ts';
import type { World } from '../world/world.ts';
import { FOUR_A_DAY } from './four-a-day.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 1, 4);
/** From the call to the press, and from the sachet in the cup to the hand. */
const PRESS_MS = 90_000;
const TAKE_MS = 8_000;

export interface Obedient {
  readonly world: World;
  readonly judge: Judge;
  /** How often a sachet of each dose physically came out. */
  readonly releases: ReadonlyMap<string, number>;
  /** Lives on for so many days; answers how many doses were taken in them. */
  live(days: number): number;
}

export interface ObedientOptions {
  readonly config?: ConfigDocument;
  readonly startMs?: number;
  /** The file of the unit's flash; in memory unless told. */
  readonly databasePath?: string;
  /** Other electronics than the simulated ones. */
  readonly electronics?: UnitPlace['electronics'];
}

/** A household where nothing goes wrong: every dose is called, pressed, presented, taken and acknowledged. */
export function obedientWorld({
  config = FOUR_A_DAY,
  startMs = START_MS,
  databasePath,
  electronics,
}: ObedientOptions = {}): Obedient {
  const world = makeWorld({
    seed: 1,
    startMs,
    config,
    spec: usualUnit,
    forgetful: true,
    ...(databasePath === undefined ? {} : { databasePath }),
    ...(electronics === undefined ? {} : { electronics }),
  });
  const judge = new Judge(world);
  const releases = new Map<string, number>();
  let taken = 0;
  let pressing = false;
  let taking = false;
  const { unit, timeline } = world;
  unit.signs.onChange = () => {
    if (!pressing && unit.signs.view?.button === 'release' && unit.signs.view.sound > 0) {
      pressing = true;
      timeline.after(PRESS_MS, () => {
        pressing = false;
        unit.sensors.press(false);
      });
    }
    if (!taking && unit.parts.cup.length > 0) {
      taking = true;
      timeline.after(TAKE_MS, () => {
        taking = false;
        unit.takeFromCup();
      });
    }
  };
  world.watch({
    noted: ({ type }) => {
      if (type === 'dose.taken') taken += 1;
    },
    happened: (event) => {
      if (event.type !== 'presented') return;
      for (const sachet of event.sachets) {
        const dose = contentsOf(sachet);
        releases.set(dose, (releases.get(dose) ?? 0) + 1);
      }
    },
  });
  unit.start(0);
  world.nurse.comeRegularly();
  return {
    world,
    judge,
    releases,
    live(days) {
      const before = taken;
      timeline.runUntil(timeline.nowMs + days * DAY_MS);
      return taken - before;
    },
  };
}
