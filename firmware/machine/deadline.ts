import { nextDose, openDose } from '../domain/agenda.ts';
import { doseIn, type Memory } from '../domain/memory.ts';
import { nextDailyMessage } from '../domain/messages.ts';
import { rungChanges } from '../domain/reminder.ts';
import { untilAlarmSoundChanges } from './alarm-sound.ts';
import { doseCalling, UNSEEN_MS } from './call.ts';
import type { Stamp } from './events.ts';
import { doorCallMonoMs } from './open-door.ts';
import { tagBeginsMs, tagGoneAlarmMs, tagLevel } from './tag.ts';
import type { Context, Volatile } from './turn.ts';
import { restEndsMs, restOf } from './verdict.ts';

/** Custody states in which a movement must answer in time. */
const MOVING: ReadonlySet<string> = new Set(['inspecting', 'releasing', 'takeOut', 'swallowing', 'retracting']);

/** When the open dose calls differently, and when the next one opens. */
function scheduleChanges(memory: Memory, nowMs: number): number[] {
  const open = openDose(memory, nowMs);
  const next = nextDose(memory, nowMs);
  return [
    ...(open === null ? [] : rungChanges(open, memory.settings.ladder)),
    ...(next === null ? [] : [next.opensMs]),
  ];
}

/** When a message's time is over, and when the next one of the day is due. */
function messageChanges({ registers, settings }: Memory, nowMs: number): number[] {
  const next = nextDailyMessage(settings, nowMs);
  return [...registers.messages.map(({ untilMs }) => untilMs), ...(next === null ? [] : [next])];
}

/** What the wall clock brings. A doubted one may say any year, and nothing is due by it. */
function* wallDeadlines(memory: Memory, volatile: Volatile, stamp: Stamp): Generator<number | null> {
  const presented = doseIn(memory, 'presented');
  if (presented !== null && volatile.parts.cupSensor) yield presented.changedMs + memory.settings.presentMs;
  yield* scheduleChanges(memory, stamp.wallMs);
  const rest = restOf(memory, volatile, stamp);
  if (rest !== null) yield restEndsMs(memory, rest.dose);
  const calling = doseCalling(memory, volatile, stamp);
  if (calling !== null) {
    // The end of a presentation is above; here it would be "one millisecond from now", again and again.
    const changes = rungChanges(calling, memory.settings.ladder);
    for (const change of changes) if (presented === null || change < calling.closesMs) yield change;
  }
  yield tagBeginsMs(memory, volatile, stamp);
  yield tagGoneAlarmMs(memory);
  yield memory.registers.presence.untilMs;
  yield* messageChanges(memory, stamp.wallMs);
  const { lastDoseMs } = memory.registers;
  if (lastDoseMs !== null) yield lastDoseMs + memory.settings.regimen.minIntervalMs;
}

/** What the time since the start brings. */
function* monoDeadlines({ memory, volatile, boot }: Context, custody: string, stamp: Stamp): Generator<number | null> {
  yield doorCallMonoMs(volatile, boot.monoMs);
  if (volatile.selfTest !== null) yield volatile.selfTest.sinceMonoMs + memory.settings.profile.moveMsMax;
  if (MOVING.has(custody)) yield volatile.custodySinceMonoMs + memory.settings.profile.moveMsMax;
  if (doseIn(memory, 'presented') !== null) {
    yield volatile.custodySinceMonoMs + (volatile.parts.cupSensor ? memory.settings.presentMs : UNSEEN_MS);
  }
  if (doseCalling(memory, volatile, stamp) === null) return;
  yield volatile.remindedMonoMs + memory.settings.ladder.repeatMs;
  yield volatile.quietUntilMonoMs;
  const { tag } = volatile;
  if (tag !== null && tagLevel(memory, volatile, stamp) > 0) yield tag.calledMonoMs + memory.settings.ladder.repeatMs;
}

/**
 * How long, in milliseconds, until the machine wants to see time pass; null: nothing waits. Deadlines are computed
 * from data each time, so a restart, a clock step or a new configuration can leave none behind.
 */
export function untilNextDeadline(context: Context, custody: string, stamp: Stamp): number | null {
  const waits = [untilNextDecision(context, custody, stamp), ...untilShownDifferently(context, stamp)];
  const ahead = waits.filter((untilMs) => untilMs !== null).filter((untilMs) => untilMs > 0);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/** What changes on the panel alone: why a press released nothing, and the sound of an alarm. */
function untilShownDifferently(context: Context, stamp: Stamp): readonly (number | null)[] {
  const { refused } = context.volatile;
  return [refused === null ? null : refused.untilMonoMs - stamp.monoMs, untilAlarmSoundChanges(context, stamp)];
}

/** The same, but for what only a person sees or hears: no guard and no step asks for that. */
export function untilNextDecision(context: Context, custody: string, stamp: Stamp): number | null {
  let untilMs = Number.POSITIVE_INFINITY;
  for (const atMs of monoDeadlines(context, custody, stamp)) {
    if (atMs !== null && atMs > stamp.monoMs) untilMs = Math.min(untilMs, atMs - stamp.monoMs);
  }
  if (stamp.trusted) {
    for (const atMs of wallDeadlines(context.memory, context.volatile, stamp)) {
      if (atMs !== null && atMs > stamp.wallMs) untilMs = Math.min(untilMs, atMs - stamp.wallMs);
    }
  }
  return Number.isFinite(untilMs) ? untilMs : null;
}
