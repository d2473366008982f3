import type { Evidence } from '../../hal/ports/mechanism.ts';
import { type DoseKey, isFinal } from '../../firmware/domain/dose.ts';
import type { Memory } from '../../firmware/domain/memory.ts';
import type { Roll } from '../../firmware/domain/stock.ts';
import type { Volatile } from '../../firmware/machine/turn.ts';
import type { Mechanics } from './mechanics.ts';
import { type Situation, valueOf } from './situation.ts';
import type { World } from './world.ts';

/**
 * What tells two situations apart. Counters and numbers that only ever grow are taken relative to the physical truth,
 * and instants by the windows they fall between, so that a world is finite.
 */
export function keyOf(world: World, situation: Situation): string {
  const { snapshot, durable, mechanics, stamp, power, claims, mishaps, visits } = situation;
  const { memory, volatile } = snapshot.context;
  const when = (ms: number | null): string => phase(world, stamp.wallMs, ms);
  const whenMono = (ms: number): string => when(stamp.wallMs + ms - stamp.monoMs);
  const { custody, reminder, presence, time, power: supply, link } = valueOf(snapshot);
  return [
    `${custody} ${reminder} ${presence} ${time} ${supply} ${link}`,
    indexOf(world, stamp.wallMs),
    stamp.trusted ? 1 : 0,
    dosesKey(memory),
    [...memory.alarms.keys()].sort().join(),
    intentKey(memory, mechanics),
    registersKey(memory, mechanics, when),
    indexOf(world, memory.registers.scheduleFromMs - 1),
    indexOf(world, durable.registers.scheduleFromMs - 1),
    rollsKey(memory),
    volatileKey(memory, volatile, mechanics, whenMono, custody, reminder),
    power.batteryPercent,
    mechanicsKey(mechanics, memory),
    claims.join(),
    mishaps,
    visits,
  ].join('|');
}

/** How many boundaries lie at or before an instant. */
function indexOf({ boundaries }: World, ms: number): number {
  let index = 0;
  while (index < boundaries.length && (boundaries[index] as number) <= ms) index += 1;
  return index;
}

function phase(world: World, nowMs: number, ms: number | null): string {
  if (ms === null) return '-';
  return ms <= nowMs ? 'over' : String(indexOf(world, ms));
}

function dosesKey({ doses }: Memory): string {
  return [...doses.values()]
    .map(({ key, fate, moved, owed, ahead }) => `${key}:${fate}${moved}${owed}${ahead ? 'a' : ''}`)
    .sort()
    .join();
}

function intentKey({ intent }: Memory, { fed, binned }: Mechanics): string {
  if (intent === null) return '';
  const { kind, dose, ordinal, outcome, roll } = intent;
  const still = outcome === 'open' || outcome === 'unknown';
  const counters = still ? `${fed[roll] - intent.fedBefore},${binned - intent.binnedBefore}` : '';
  return `${kind}${outcome}${dose}${ordinal}${roll}${counters}`;
}

function registersKey({ registers, settings, lastSeq }: Memory, mechanics: Mechanics, when: (ms: number | null) => string): string {
  const { presence, position, handsIn, inBin, lastReleaseMs, ackedThrough } = registers;
  const { minIntervalMs } = settings.regimen;
  const next = lastReleaseMs === null || minIntervalMs === 0 ? null : lastReleaseMs + minIntervalMs;
  const at = position === null ? '' : countersKey(position.fed, position.binned, mechanics);
  return `${presence.mode}${when(presence.untilMs)} ${at} ${handsIn} ${inBin} ${when(next)} ${ackedThrough >= lastSeq}`;
}

function countersKey(fed: Evidence['fed'], binned: number | null, mechanics: Mechanics): string {
  const by = (count: number | null, truth: number): string => (count === null ? '?' : String(truth - count));
  return `${by(fed.A, mechanics.fed.A)},${by(fed.B, mechanics.fed.B)},${by(binned, mechanics.binned)}`;
}

function rollsKey({ rolls }: Memory): string {
  return [...rolls.values()].map(rollKey).join();
}

function rollKey({ id, sachets, next }: Roll): string {
  return `${id}${sachets.slice(next).map(sachetKey).join('/')}`;
}

function sachetKey(sachet: Roll['sachets'][number]): string {
  if (sachet === null) return '0';
  return sachet === 'unlabelled' ? 'u' : `${sachet.slot}${sachet.date.slice(-2)}`;
}

const MOVING: ReadonlySet<string> = new Set(['inspecting', 'releasing', 'takeOut', 'swallowing', 'retracting']);

function volatileKey(
  { settings, doses }: Memory,
  volatile: Volatile,
  mechanics: Mechanics,
  whenMono: (ms: number) => string,
  ...[custody, reminder]: [string, string]
): string {
  const { evidence, stalls, takeOutLeft, door } = volatile;
  const seen = evidence === null ? '-' : `${countersKey(evidence.fed, evidence.binned, mechanics)},${evidence.cup},${evidence.gate}`;
  const presented = [...doses.values()].find(({ fate }) => fate === 'presented');
  const ends = presented === undefined ? '' : whenMono(volatile.custodySinceMonoMs + settings.presentMs);
  const overdue = MOVING.has(custody) ? whenMono(volatile.custodySinceMonoMs + settings.profile.moveMsMax) : '';
  const repeats = reminder === 'idle' || reminder === 'quiet' ? '' : whenMono(volatile.remindedMonoMs + settings.ladder.repeatMs);
  const quiet = whenMono(volatile.quietUntilMonoMs);
  return `${seen} ${stalls} ${takeOutLeft} ${door} ${ends} ${overdue} ${repeats} ${quiet}`;
}

function mechanicsKey(mechanics: Mechanics, { doses }: Memory): string {
  const { rolls, halfOut, chute, cup, bin, stuck, motion, late, inspecting, doorOpen, locked, came } = mechanics;
  const moving = motion === null ? '' : `${motion.kind}${motion.phase}`;
  const coming = late === null ? '' : `late${countersKey(late.evidence.fed, late.evidence.binned, mechanics)}${late.evidence.cup}`;
  const flags = `${inspecting ? 'i' : ''}${doorOpen ? 'o' : ''}${locked ? '' : 'u'}`;
  // What came out of a dose that has its end can do no harm any more: another law keeps it ended.
  const counts = Object.entries(came).filter(([dose]) => !isFinal(doses.get(dose as DoseKey)?.fate ?? 'due'));
  return [rolls.A.map(sachetKey), rolls.B.map(sachetKey), halfOut, chute, cup, bin, stuck, moving, coming, flags, counts.sort()].join(';');
}
