import { nextDose, openDose } from '../domain/agenda.ts';
import { doseIn, type Memory } from '../domain/memory.ts';
import { rungChanges } from '../domain/reminder.ts';
import { doseCalling } from './call.ts';
import type { Stamp } from './events.ts';
import type { Context } from './turn.ts';

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

/**
 * How long, in milliseconds, until the machine wants to see time pass; null: nothing waits. Deadlines are computed
 * from data each time, so a restart, a clock step or a new configuration can leave none behind.
 */
export function untilNextDeadline(context: Context, custody: string, stamp: Stamp): number | null {
  const { memory, volatile } = context;
  let untilMs = Number.POSITIVE_INFINITY;
  const wall = (atMs: number | null): void => {
    if (stamp.trusted && atMs !== null && atMs > stamp.wallMs) untilMs = Math.min(untilMs, atMs - stamp.wallMs);
  };
  const mono = (atMs: number): void => {
    if (atMs > stamp.monoMs) untilMs = Math.min(untilMs, atMs - stamp.monoMs);
  };

  if (volatile.refused !== null) mono(volatile.refused.untilMonoMs);
  if (MOVING.has(custody)) mono(volatile.custodySinceMonoMs + memory.settings.profile.moveMsMax);
  const presented = doseIn(memory, 'presented');
  if (presented !== null) {
    mono(volatile.custodySinceMonoMs + memory.settings.presentMs);
    wall(presented.changedMs + memory.settings.presentMs);
  }
  // A doubted clock may say any year; nothing is due by it, and looking for it would take as long as it is far.
  if (stamp.trusted) for (const change of scheduleChanges(memory, stamp.wallMs)) wall(change);
  const calling = doseCalling(memory, volatile, stamp);
  if (calling !== null) {
    for (const change of rungChanges(calling, memory.settings.ladder)) {
      // The end of a presentation is above; here it would be "one millisecond from now", again and again.
      if (presented === null || change < calling.closesMs) wall(change);
    }
    mono(volatile.remindedMonoMs + memory.settings.ladder.repeatMs);
    mono(volatile.quietUntilMonoMs);
  }
  wall(memory.registers.presence.untilMs);
  const { lastDoseMs } = memory.registers;
  if (lastDoseMs !== null) wall(lastDoseMs + memory.settings.regimen.minIntervalMs);
  return Number.isFinite(untilMs) ? untilMs : null;
}
