import type { ConfigDocument } from '../../protocol/messages/config.ts';
import type { BootFirmware } from '../device/unit.ts';
import { usualUnit } from '../device/unit-spec.ts';
import { type FaultName, FaultPlan } from '../kernel/fault-plan.ts';
import { Random } from '../kernel/random.ts';
import { Judge } from '../oracle/judge.ts';
import type { Violation } from '../oracle/verdicts.ts';
import { dayNumberOf } from '../prescription/calendar.ts';
import { citizenNames } from '../world/habits.ts';
import { Mishaps } from '../world/mishaps.ts';
import { Prescriber } from '../world/prescriber.ts';
import { heal, populate } from './cast.ts';
import { drawConfig } from './draw-config.ts';
import { makeWorld } from './firmware.ts';
import { Recorder } from './recorder.ts';

const dayMs = 86_400_000;
const yearDays = 365;
/** After the year nothing goes wrong for so long, and everything must come right. */
const healingDays = 5;

export interface SoakYearOptions {
  readonly seed: number;
  readonly faults: boolean;
  readonly days?: number;
  /** Called with each line that goes into the hash. */
  readonly onLine?: (line: string) => void;
  /** Writes a trace that can be replayed. */
  readonly traceTo?: (line: string) => void;
  /** Other firmware than the real one, e.g. with a planted bug. */
  readonly boot?: BootFirmware;
}

export interface SoakYearResult {
  readonly seed: number;
  readonly days: number;
  readonly doses: number;
  readonly zone: string;
  readonly faultsInjected: ReadonlyMap<FaultName, number>;
  readonly violations: readonly Violation[];
  readonly traceHash: string;
}

/** One simulated device-year: everything about it is drawn from the seed. */
export function soakYear(options: SoakYearOptions): SoakYearResult {
  const { seed, faults } = options;
  const days = options.days ?? yearDays;
  const draw = Random.stream(seed, 'soak');
  const config = drawConfig(draw);
  const startMs = (dayNumberOf('2026-01-01') + draw.below(11 * yearDays)) * dayMs + 9 * 3_600_000;
  const plan = faults ? FaultPlan.draw(seed) : FaultPlan.none();
  const spec = { ...usualUnit, battery: { runHours: draw.pick([4, 18, 24, 72]), chargeHours: 6 } };
  const { traceTo, boot } = options;
  const trace = traceTo === undefined ? undefined : { of: `soak --seed ${seed}`, write: traceTo };
  const world = makeWorld({
    seed,
    startMs,
    config,
    spec,
    plan,
    forgetful: true,
    unlabelled: drawUnlabelled(seed, config),
    trace,
    ...(boot === undefined ? {} : { boot }),
  });
  const recorder = new Recorder(world, options.onLine);
  const judge = new Judge(world);
  const citizen = populate(world, { citizen: draw.pick(citizenNames), nurseComes: true, technicianComes: true });
  const mishaps = new Mishaps(world, plan, seed);
  const prescriber = new Prescriber(world, seed);
  world.unit.start(0);
  world.timeline.runUntil(startMs + 60_000);
  mishaps.begin();
  prescriber.begin();
  world.timeline.runUntil(startMs + days * dayMs);
  mishaps.end();
  prescriber.end();
  heal(world, citizen, { days: healingDays, visits: true });
  judge.judgeEnd();
  const result: SoakYearResult = {
    seed,
    days,
    doses: judge.doses,
    zone: config.zone,
    faultsInjected: plan.counts(),
    violations: judge.violations,
    traceHash: recorder.digest,
  };
  world.dispose();
  return result;
}

/** A third of the units read no labels. Which bay a slot's roll hangs in can then not be prescribed. */
function drawUnlabelled(seed: number, { regimen }: ConfigDocument): boolean {
  return Random.stream(seed, 'labels').chance(1 / 3) && regimen.slots.every(({ roll }) => roll === undefined);
}
