import type { ConfigDocument, SlotConfig } from '../../protocol/messages/config.ts';
import type { BootFirmware } from '../device/unit.ts';
import { usualUnit } from '../device/unit-spec.ts';
import { type FaultName, FaultPlan } from '../kernel/fault-plan.ts';
import { Random } from '../kernel/random.ts';
import { Judge } from '../oracle/judge.ts';
import type { Violation } from '../oracle/verdicts.ts';
import { dayNumberOf } from '../prescription/calendar.ts';
import { citizenNames } from '../world/habits.ts';
import { Mishaps } from '../world/mishaps.ts';
import { heal, populate } from './cast.ts';
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
  world.unit.start(0);
  world.timeline.runUntil(startMs + 60_000);
  mishaps.begin();
  world.timeline.runUntil(startMs + days * dayMs);
  mishaps.end();
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

const zones = [
  'Europe/Copenhagen',
  'Europe/Copenhagen',
  'Europe/Copenhagen',
  'America/New_York',
  'Australia/Lord_Howe',
  'Atlantic/Azores',
];

/** A regimen of about four doses a day, with windows that do not touch, in some zone. */
function drawConfig(draw: Random): ConfigDocument {
  const slots: SlotConfig[] = [];
  const count = draw.pick([3, 4, 4, 4, 5]);
  for (let index = 0; index < count; index += 1) {
    const minute = Math.floor(((index + 0.25 + draw.unit() * 0.4) * 1440) / count) + draw.pick([0, 0, 30]);
    const beforeMinutes = draw.pick([0, 15, 30, 60]);
    const afterMinutes = draw.pick([30, 45, 75, 120]);
    slots.push({
      id: `slot-${index}`,
      at: clockTime(Math.min(minute, 1439)),
      beforeMinutes,
      afterMinutes,
      ...(draw.chance(0.15) ? { sachets: 2 } : {}),
    });
  }
  return {
    version: 1,
    profile: draw.chance(0.6) ? 'dual-roll' : 'roll',
    zone: draw.pick(zones),
    language: 'da',
    serviceNumber: '70 10 20 30',
    regimen: {
      slots: apart(slots),
      minIntervalMinutes: Math.min(draw.pick([0, 30, 60, 120, 180, 240]), closest(slots)),
    },
    takeOutDosesMax: 12,
    quietMinutes: draw.pick([0, 10]),
  };
}

/** The slots in the order of their times, their windows cut short where they would meet the next one's. */
function apart(slots: readonly SlotConfig[]): SlotConfig[] {
  return slots.map((slot, index) => {
    const next = slots[(index + 1) % slots.length] as SlotConfig;
    return { ...slot, afterMinutes: Math.min(slot.afterMinutes, minutesTo(next, slot) - next.beforeMinutes) };
  });
}

/** The fewest minutes between two slots, over midnight too. */
function closest(slots: readonly SlotConfig[]): number {
  return Math.min(...slots.map((slot, index) => minutesTo(slots[(index + 1) % slots.length] as SlotConfig, slot)));
}

/** From one slot of a day to the next, which may be on the next day. */
function minutesTo(next: SlotConfig, slot: SlotConfig): number {
  return (minuteOf(next) - minuteOf(slot) + 1440) % 1440 || 1440;
}

function minuteOf({ at }: SlotConfig): number {
  return Number(at.slice(0, 2)) * 60 + Number(at.slice(3));
}

function clockTime(minuteOfDay: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}
