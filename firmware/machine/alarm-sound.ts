import type { Level } from '../../hal/ports/panel.ts';
import type { AlarmCode } from '../../protocol/messages/alarm.ts';
import { alarmLevel, type Ringing, ringingAt, soundsHere } from '../domain/alarm-rounds.ts';
import type { Stamp } from './events.ts';
import type { Context } from './turn.ts';

export interface AlarmSound {
  readonly level: Level;
  /** It would sound, but somebody has asked for quiet. Between two rounds it merely is silent. */
  readonly rests: boolean;
}

/** What is heard of an alarm that the panel shows. One as urgent that comes while it rests is heard at once. */
export function alarmSoundOf(code: AlarmCode, context: Context, stamp: Stamp): AlarmSound {
  if (!soundsHere(code)) return { level: 0, rests: false };
  const ringing = ringingOf(code, context, stamp);
  return { level: ringing?.sounds === true ? alarmLevel(code) : 0, rests: ringing === null };
}

/** In how many milliseconds something may be heard differently; null while no alarm can be heard. */
export function untilAlarmSoundChanges(context: Context, stamp: Stamp): number | null {
  const changes: number[] = [];
  for (const { code } of context.memory.alarms.values()) {
    if (!soundsHere(code)) continue;
    const hushMs = (context.volatile.hushed?.untilMonoMs ?? 0) - stamp.monoMs;
    changes.push(ringingOf(code, context, stamp)?.againMs ?? hushMs);
    if (hushMs > 0) changes.push(hushMs);
  }
  return changes.length === 0 ? null : Math.min(...changes);
}

/** Null while it, and all that is as urgent, is hushed. */
function ringingOf(shown: AlarmCode, context: Context, stamp: Stamp): Ringing | null {
  const { memory } = context;
  let newest = heardFrom(shown, context, stamp);
  for (const { code } of memory.alarms.values()) {
    if (!soundsHere(code) || alarmLevel(code) < alarmLevel(shown)) continue;
    const other = heardFrom(code, context, stamp);
    if (other !== null && other.monoMs > (newest?.monoMs ?? Number.NEGATIVE_INFINITY)) newest = other;
  }
  if (newest === null) return null;
  const { monoMs, wakes } = newest;
  return ringingAt({ agoMs: stamp.monoMs - monoMs, wakes }, stamp.wallMs, memory.settings.regimen.zone);
}

/** Since when an alarm is to be heard, and whether by night, too; null while it is hushed. */
function heardFrom(
  code: AlarmCode,
  { volatile: { alarmsSinceMonoMs, hushed }, boot }: Context,
  stamp: Stamp,
): { readonly monoMs: number; readonly wakes: boolean } | null {
  // Nobody has to get up for what is not urgent.
  const isUrgent = alarmLevel(code) > 1;
  const sinceMonoMs = alarmsSinceMonoMs[code] ?? boot.monoMs;
  if (hushed === null || !hushed.codes.includes(code)) return { monoMs: sinceMonoMs, wakes: isUrgent };
  if (stamp.monoMs < hushed.untilMonoMs) return null;
  const isNew = sinceMonoMs > hushed.untilMonoMs;
  return { monoMs: isNew ? sinceMonoMs : hushed.untilMonoMs, wakes: isUrgent && isNew };
}
