import { type DoseKey, isFinal } from '../../firmware/domain/dose.ts';
import { isAlarmed, type Memory } from '../../firmware/domain/memory.ts';
import type { Roll } from '../../firmware/domain/stock.ts';
import { UNSEEN_MS } from '../../firmware/machine/call.ts';
import type { Stamp } from '../../firmware/machine/events.ts';
import { lossesNow } from '../../firmware/machine/losses.ts';
import { doorCallMonoMs } from '../../firmware/machine/open-door.ts';
import { tagBeginsMs, tagCall, tagGoneAlarmMs } from '../../firmware/machine/tag.ts';
import type { Volatile } from '../../firmware/machine/turn.ts';
import { restEndsMs, restOf } from '../../firmware/machine/verdict.ts';
import type { Evidence } from '../../hal/ports/mechanism.ts';
import type { Mechanics } from './mechanics.ts';
import { chartValue, type Situation } from './situation.ts';
import type { World } from './world.ts';

/**
 * What tells two situations apart. Counters and numbers that only ever grow are taken relative to the physical truth,
 * and instants by the windows they fall between, so that a world is finite. What is left out here must be nothing
 * that a guard, a step or a law looks at: two situations with one key are explored once.
 */
export function keyOf(world: World, situation: Situation): string {
  const { snapshot, durable, mechanics, stamp, power, claims, mishaps, visits } = situation;
  const { memory } = snapshot.context;
  const { custody, reminder, tag, presence, time, power: supply, link } = chartValue(snapshot);
  return [
    custody,
    reminder,
    tag,
    presence,
    time,
    supply,
    link,
    indexOf(world, stamp.wallMs),
    stamp.trusted,
    [world.settings.regimen, ...world.plans].indexOf(memory.settings.regimen),
    memory.settings.version,
    dosesKey(world, memory),
    [...memory.alarms.keys()].sort(),
    intentKey(memory, mechanics),
    registersKey(memory, mechanics),
    indexOf(world, memory.registers.setUpMs - 1),
    indexOf(world, memory.registers.scheduleFromMs - 1),
    indexOf(world, durable.registers.scheduleFromMs - 1),
    [...memory.rolls.values()].map(rollKey),
    volatileKey(situation),
    tagKey(situation),
    waitsKey(world, situation),
    power.batteryPercent,
    mechanicsKey(mechanics, memory),
    claims,
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

function dosesKey(world: World, { doses }: Memory): string {
  const all = [...doses.values()];
  return all
    .map(({ key, fate, moved, owed, ahead, opensMs, closesMs }) => {
      const window = isFinal(fate) ? '' : `${indexOf(world, opensMs)}-${indexOf(world, closesMs)}`;
      return `${key}${fate}${moved}${owed}${ahead ? 'a' : ''}${window}`;
    })
    .sort()
    .join();
}

function intentKey({ intent }: Memory, { fed, binned }: Mechanics): string {
  if (intent === null) return '';
  const { kind, dose, ordinal, outcome, roll } = intent;
  const unsettled = outcome === 'open' || outcome === 'unknown';
  const counters = unsettled ? `${fed[roll] - intent.fedBefore},${binned - intent.binnedBefore}` : '';
  return `${kind}${outcome}${dose}${ordinal}${roll}${counters}`;
}

function registersKey({ registers, lastSeq }: Memory, mechanics: Mechanics): string {
  const { presence, position, ackedThrough, scheduleFromMs, setUpMs, lastDoseMs, tagGone, ...rest } = registers;
  const at = position === null ? '' : countersKey(position, mechanics);
  return `${presence.mode} ${at} ${ackedThrough >= lastSeq} ${Object.values(rest)}`;
}

function countersKey({ fed, binned }: Pick<Evidence, 'fed' | 'binned'>, truth: Mechanics): string {
  const by = (count: number | null, real: number): string => (count === null ? '?' : String(real - count));
  return `${by(fed.A, truth.fed.A)},${by(fed.B, truth.fed.B)},${by(binned, truth.binned)}`;
}

function rollKey({ id, sachets, next }: Roll): string {
  return `${id}${sachets.slice(next).map(sachetKey).join('/')}`;
}

function sachetKey(sachet: Roll['sachets'][number]): string {
  if (sachet === null) return '0';
  return sachet === 'unlabelled' ? 'u' : `${sachet.slot}${sachet.date.slice(-2)}`;
}

function volatileKey({ snapshot, mechanics }: Situation): string {
  // Instants are told by what waits for them; a notice, the sound of an alarm and the time of boot change only what is heard.
  const { parts, evidence, custodySinceMonoMs, quietUntilMonoMs, remindedMonoMs, doorOpenedMonoMs, ...others } =
    snapshot.context.volatile;
  const {
    alarmsSinceMonoMs,
    hushed,
    dueNoted,
    bootWallMs,
    power,
    refusals,
    selfTest,
    tag,
    losses,
    placement,
    ...rest
  } = others;
  const seen = evidence === null ? '-' : `${countersKey(evidence, mechanics)},${evidence.cup},${evidence.gate}`;
  return `${seen} ${selfTest === null} ${placement.upright} ${Object.values(rest)}`;
}

/** When the tag is asked again is among the waits; its battery counts only by its alarm. */
function tagKey({ snapshot, stamp }: Situation): string {
  const { memory, volatile } = snapshot.context;
  if (volatile.tag === null) return '';
  const { where, heard, unreachedFor } = volatile.tag;
  const call = tagCall(memory, volatile, stamp);
  const isHeard =
    heard !== null && heard.dose === call?.dose && heard.dueMs === call.dueMs && heard.level === call.level;
  const { tagGone } = memory.registers;
  return `${where} ${isHeard} ${unreachedFor} ${tagGone === null ? '' : tagGone.radioSinceMs !== null}`;
}

const MOVING: ReadonlySet<string> = new Set(['inspecting', 'releasing', 'takeOut', 'swallowing', 'retracting']);
const SILENT: ReadonlySet<string> = new Set(['idle', 'quiet']);
const CALLED: ReadonlySet<string> = new Set(['soft', 'loud']);

/** Between which windows each thing that is waited for will come. */
function waitsKey(world: World, { snapshot, stamp, mechanics }: Situation): string {
  const { memory, volatile, boot } = snapshot.context;
  const { settings, registers, doses } = memory;
  const { custody, reminder, tag } = chartValue(snapshot);
  const wall = (ms: number | null): string => {
    if (ms === null) return '-';
    return ms <= stamp.wallMs ? 'over' : String(indexOf(world, ms));
  };
  const mono = (ms: number): string => wall(stamp.wallMs + ms - stamp.monoMs);
  const since = volatile.custodySinceMonoMs;
  const { moveMsMax } = settings.profile;
  const doorMonoMs = doorCallMonoMs(volatile, boot.monoMs);
  const { minIntervalMs } = settings.regimen;
  const apart = (ms: number | null): string => wall(ms === null || minIntervalMs === 0 ? null : ms + minIntervalMs);
  const presented = [...doses.values()].find(({ fate }) => fate === 'presented');
  return [
    presented === undefined ? '' : mono(since + (volatile.parts.cupSensor ? settings.presentMs : UNSEEN_MS)),
    presented === undefined ? '' : wall(presented.changedMs + settings.presentMs),
    MOVING.has(custody) ? mono(since + moveMsMax) : '',
    lossesEnd(memory, volatile, stamp).map(mono).join('-'),
    wall(restEnds(memory, volatile, stamp)),
    SILENT.has(reminder) ? '' : mono(volatile.remindedMonoMs + settings.ladder.repeatMs),
    mono(volatile.quietUntilMonoMs),
    volatile.selfTest === null ? '' : mono(volatile.selfTest.sinceMonoMs + moveMsMax),
    doorMonoMs === null || isAlarmed(memory, 'door-left-open') ? '' : mono(doorMonoMs),
    CALLED.has(tag) && volatile.tag !== null ? mono(volatile.tag.calledMonoMs + settings.ladder.repeatMs) : '',
    volatile.tag === null ? '' : wall(tagBeginsMs(memory, volatile, stamp)),
    volatile.tag === null ? '' : wall(tagGoneAlarmMs(memory)),
    wall(registers.presence.untilMs),
    apart(registers.lastDoseMs),
    apart(mechanics.cameMs),
  ].join();
}

/** When a mechanism that is lost again is called silent, and when one that stays is back. */
function lossesEnd(memory: Memory, volatile: Volatile, stamp: Stamp): number[] {
  const losses = lossesNow(memory, volatile, stamp);
  const { moveMsMax } = memory.settings.profile;
  if (losses === null) return [];
  const silent = losses.sinceMonoMs + moveMsMax;
  return losses.isAway ? [silent] : [silent, losses.lastMonoMs + moveMsMax];
}

function restEnds(memory: Memory, volatile: Volatile, stamp: Stamp): number | null {
  const rest = restOf(memory, volatile, stamp);
  return rest === null ? null : restEndsMs(memory, rest.dose);
}

function mechanicsKey(mechanics: Mechanics, { doses, intent }: Memory): string {
  const { rolls, halfOut, chute, cup, bin, stuck, motion, late, inspecting, door, upright, locked, came } = mechanics;
  const coming =
    late === null ? '' : `${late.intent === intent?.id}${countersKey(late.evidence, mechanics)}${late.evidence.cup}`;
  // What came out of a dose that has its end can do no harm any more: another law keeps it ended.
  const counts = Object.entries(came).filter(([dose]) => !isFinal(doses.get(dose as DoseKey)?.fate ?? 'due'));
  return [
    rolls.A.map(sachetKey),
    rolls.B.map(sachetKey),
    halfOut,
    chute,
    cup,
    bin,
    stuck !== null,
    motion === null ? '' : `${motion.kind}${motion.phase}`,
    coming,
    inspecting,
    door,
    upright,
    locked,
    mechanics.packedFor,
    counts.sort(),
  ].join(';');
}
