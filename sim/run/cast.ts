import { Random } from '../kernel/random.ts';
import { Citizen } from '../world/citizen.ts';
import { type CitizenName, citizens } from '../world/habits.ts';
import { TripPlanner } from '../world/trip-planner.ts';
import type { World } from '../world/world.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export interface CastOptions {
  /** Without a name nobody presses the button of their own accord. */
  readonly citizen: CitizenName | undefined;
  readonly nurseComes: boolean;
  readonly technicianComes: boolean;
}

/** Puts the people into a world. */
export function populate(world: World, options: CastOptions): Citizen | undefined {
  if (options.technicianComes) {
    world.watch({ noted: (entry) => entry.type.startsWith('alarm.') && world.technician.notice() });
  }
  if (options.nurseComes) world.nurse.comeRegularly();
  return options.citizen === undefined ? undefined : moveIn(world, options.citizen);
}

function moveIn(world: World, name: CitizenName): Citizen {
  const { seed } = world.options;
  const planner = new TripPlanner(world, Random.stream(seed, 'trips'), () => citizen);
  const citizen = new Citizen(citizens[name], {
    unit: world.unit,
    timeline: world.timeline,
    random: Random.stream(seed, 'citizen'),
    plan: world.plan,
    arrangeTrip: planner.arrange,
  });
  world.unit.signs.onChange = () => citizen.notice();
  world.watch({ happened: (event) => event.type === 'presented' && citizen.notice() });
  return citizen;
}

/** After a run nothing goes wrong for so long, and everything must come right. */
export interface Healing {
  readonly days: number;
  /** Whether a technician and a nurse come although nobody called them. */
  readonly visits: boolean;
}

/** Power, network and clock are well again, whoever is needed comes, and everybody behaves. */
export function heal(
  world: World,
  citizen: Citizen | undefined,
  healing: Healing = { days: 0.25, visits: false },
): void {
  const { unit, timeline, diary } = world;
  unit.mechanism.faults = () => undefined;
  unit.crashPoints.arm(0);
  unit.store.setFailure(undefined);
  citizen?.behave();
  unit.setMains(true);
  unit.battery.setPercent(100);
  world.broker.centreUp = true;
  world.setInternet(true);
  if (unit.sensors.isDoorOpen) unit.sensors.closeDoor();
  if (!unit.running) unit.start();
  timeline.runUntil(timeline.nowMs + 10 * minuteMs);
  if (healing.visits) {
    unit.ask({ type: 'pause.ended' });
    unit.ask({ type: 'absence.ended' });
  }
  if (healing.visits || diary.uncertain.size > 0 || diary.isAlarmed('storage-fault')) {
    world.technician.repair(() => healing.visits && world.nurse.refill());
  }
  timeline.runUntil(timeline.nowMs + healing.days * dayMs);
}
