import { applyChange, isUrgent, type Memory } from '../../firmware/domain/memory.ts';
import { IN_PLACE } from '../../firmware/domain/placement.ts';
import type { Stamp, StampedEvent } from '../../firmware/machine/events.ts';
import type { Effect } from '../../firmware/machine/outputs.ts';
import { type Decision, NO_DECISION, volatileAtStart } from '../../firmware/machine/turn.ts';
import type { ChartUnderTest } from './chart-under-test.ts';
import { claimsAfter } from './claims.ts';
import { type Mechanics, mechanicsWith, perform } from './mechanics.ts';
import type { Happening, Situation, Snapshot } from './situation.ts';
import { MAINS, memoryOf, type World } from './world.ts';

/** An effect, and how the parts stood just before it. */
export interface Deed {
  readonly effect: Effect;
  readonly mechanics: Mechanics;
}

/** One event through the chart: all that the laws judge. */
export interface Step {
  readonly world: World;
  readonly event: string;
  readonly stamp: Stamp;
  /** What the unit remembered before, and the snapshot, unless this is a start. */
  readonly memory: Memory;
  readonly before: Snapshot | null;
  readonly after: Snapshot;
  readonly decision: Decision;
  readonly deeds: readonly Deed[];
  /** Before the event. */
  readonly claims: readonly string[];
  /** The parts after all effects. */
  readonly mechanics: Mechanics;
}

export interface Outcome {
  readonly situation: Situation;
  readonly steps: readonly Step[];
}

const POWER_ON = 'power on';

export function firstSituation(world: World, chart: ChartUnderTest): Outcome {
  const stamp: Stamp = { wallMs: world.startMs, monoMs: 0, trusted: true };
  const memory = memoryOf(world);
  const start = {
    durable: memory,
    mechanics: mechanicsWith(world.isFilled ? world.rolls : {}, world.parts.cupSensor),
    stamp,
    power: MAINS,
    claims: [],
    mishaps: 0,
    visits: 0,
  };
  return boot(world, chart, start);
}

/** What comes of a happening. @throws whatever the chart throws */
export function follow(world: World, chart: ChartUnderTest, from: Situation, happening: Happening): Outcome {
  const situation: Situation = {
    ...from,
    mechanics: happening.mechanics ?? from.mechanics,
    stamp: happening.stamp ?? from.stamp,
    power: happening.power ?? from.power,
    mishaps: from.mishaps + (isMishap(world, happening) ? 1 : 0),
    visits: from.visits + (isVisit(happening) ? 1 : 0),
  };
  if (happening.restart) return boot(world, chart, situation);
  if (happening.event === undefined) return { situation, steps: [] };
  return hear(world, chart, situation, { ...happening.event, stamp: situation.stamp });
}

export function isMishap({ mishaps }: World, { family }: Happening): boolean {
  return (mishaps as ReadonlySet<string>).has(family);
}

/** Somebody comes to the door, with the key or without. */
export function isVisit({ family }: Happening): boolean {
  return family === 'door' || family === 'force';
}

function boot(world: World, chart: ChartUnderTest, from: Omit<Situation, 'snapshot'>): Outcome {
  const { durable: memory, stamp, power } = from;
  const after = chart.boot({
    memory,
    volatile: volatileAtStart(stamp, {
      ...{ door: from.mechanics.door, power, parts: world.parts },
      placement: { ...IN_PLACE, upright: from.mechanics.upright },
      hasTag: world.may.has('tag'),
    }),
    boot: stamp,
  });
  const started = settle(world, { ...from, snapshot: after }, null, after.context.decision, POWER_ON);
  const ticked = hear(world, chart, started.situation, { type: 'tick', stamp });
  return { situation: ticked.situation, steps: [...started.steps, ...ticked.steps] };
}

function hear(world: World, chart: ChartUnderTest, from: Situation, event: StampedEvent): Outcome {
  const after = chart.send(from.snapshot, event);
  const { decision, decidedFor } = after.context;
  return settle(
    world,
    { ...from, snapshot: after },
    from.snapshot,
    decidedFor === event ? decision : NO_DECISION,
    event.type,
  );
}

/** Commits, then acts, as the host does. */
function settle(
  world: World,
  situation: Situation,
  before: Snapshot | null,
  decision: Decision,
  event: string,
): Outcome {
  const { snapshot: after, stamp, durable } = situation;
  const memory = before === null ? durable : before.context.memory;
  const deeds: Deed[] = [];
  let { mechanics } = situation;
  for (const effect of decision.effects) {
    deeds.push({ effect, mechanics });
    mechanics = perform(mechanics, effect, after.context.memory.intent?.dose ?? 'empty', stamp.wallMs);
  }
  const { claims } = situation;
  const step: Step = { world, event, stamp, memory, before, after, decision, deeds, claims, mechanics };
  return {
    situation: {
      ...situation,
      mechanics,
      claims: claimsAfter(step),
      durable: committed(durable, after.context.memory, decision),
    },
    steps: [step],
  };
}

/** What the ledger holds: some registers are written only along with the next urgent change. */
function committed(durable: Memory, memory: Memory, { changes, records }: Decision): Memory {
  if (records.length === 0 && !changes.some(isUrgent)) return durable;
  const written = changes.filter(isUrgent).reduce(applyChange, durable);
  const { scheduleFromMs, ackedThrough } = memory.registers;
  const late = applyChange(written, { set: 'register', name: 'scheduleFromMs', value: scheduleFromMs });
  return {
    ...applyChange(late, { set: 'register', name: 'ackedThrough', value: ackedThrough }),
    lastSeq: memory.lastSeq,
  };
}
