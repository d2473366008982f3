import type { AlertLevel } from '../../hal/ports/tag.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/civil-time.ts';
import type { DoseKey } from '../domain/dose.ts';
import { isAlarmed, type Memory } from '../domain/memory.ts';
import { callLevel, doseCalling } from './call.ts';
import type { Stamp } from './events.ts';
import { lastAnswer } from './last-answer.ts';
import type { ReminderLevel } from './outputs.ts';
import type { Volatile } from './turn.ts';

/** What is known of the citizen's pocket tag while the unit runs. */
export interface TagState {
  /** `range` and `radio` as hal/ports/tag.ts tells them; null: not told since the start. */
  readonly where: 'near' | 'range' | 'radio' | null;
  /** When it was asked to call last, on the monotonic clock. */
  readonly calledMonoMs: number;
  /** The call that its button has answered: that one rests in the pocket, the next louder one does not. */
  readonly heard: Call | null;
  /** The dose of which it is on record that the tag was not reached. */
  readonly unreachedFor: DoseKey | null;
  /** What is left of its battery; null: not told since the start. */
  readonly batteryPercent: number | null;
}

interface Call {
  readonly dose: DoseKey;
  readonly dueMs: number;
  readonly level: ReminderLevel;
}

export const TAG_AT_START: TagState = {
  where: null,
  calledMonoMs: 0,
  heard: null,
  unreachedFor: null,
  batteryPercent: null,
};

/** Whoever stands at the unit hears it there, and is not rung in the pocket at once. */
export const TAG_AFTER_MS = 2 * MINUTE_MS;
/** A tag may spend a day in a coat that is out. */
const GONE_MS_MAX = 24 * HOUR_MS;
/** While the unit's own radio fails, no tag can be reached wherever it is. */
const RADIO_GONE_MS_MAX = HOUR_MS;

export const TAG_BATTERY_PERCENT_LOW = 20;
/** A cell that is cold today and warm tomorrow is no new alarm each day. */
export const TAG_BATTERY_PERCENT_GOOD = 30;

/** A unit whose place another has taken leaves the tag to that one. */
export function hasTag({ registers }: Memory, { tag }: Volatile): boolean {
  return tag !== null && registers.handedOver === null;
}

/** How loudly the tag is to call now: as the reminder does, from a while after the dose's time on. */
export const tagLevel = lastAnswer((memory, volatile, stamp): AlertLevel => {
  if (!hasTag(memory, volatile)) return 0;
  const call = tagCall(memory, volatile, stamp);
  if (call === null || isSame(call, volatile.tag?.heard ?? null)) return 0;
  if (call.level !== 'gentle') return 2;
  return stamp.wallMs < call.dueMs + TAG_AFTER_MS ? 0 : 1;
});

/** What a press on the tag's button answers; null while nothing calls. */
export function tagCall(memory: Memory, volatile: Volatile, stamp: Stamp): Call | null {
  const dose = doseCalling(memory, volatile, stamp);
  const level = callLevel(memory, volatile, stamp);
  if (dose === null || level === 'idle' || level === 'quiet') return null;
  return { dose: dose.key, dueMs: dose.dueMs, level };
}

function isSame(one: Call, other: Call | null): boolean {
  return other !== null && one.dose === other.dose && one.dueMs === other.dueMs && one.level === other.level;
}

/** A dose calls, the tag should, and nobody has it in reach; not on record yet. */
export function isUnreached(memory: Memory, volatile: Volatile, stamp: Stamp): boolean {
  const { tag } = volatile;
  if (tag === null || !isGone(tag) || tagLevel(memory, volatile, stamp) === 0) return false;
  return doseCalling(memory, volatile, stamp)?.key !== tag.unreachedFor;
}

export function isGone({ where }: TagState): boolean {
  return where === 'range' || where === 'radio';
}

/** Whether the tag is expected near the unit: it travels with a citizen who is away. */
export function isExpected({ registers }: Memory): boolean {
  return registers.presence.mode === 'home';
}

/** Whether what is written down about an absence of the tag is not what is known of it. */
export function isAbsenceUnwritten(memory: Memory, { tag }: Volatile, { trusted }: Stamp): boolean {
  const { tagGone } = memory.registers;
  if (tag === null || tag.where === null) return false;
  if (!isExpected(memory) || tag.where === 'near') return tagGone !== null || isAlarmed(memory, 'tag-gone');
  return trusted && (tagGone === null || (tagGone.radioSinceMs !== null) !== (tag.where === 'radio'));
}

/** When an absence of the tag becomes an alarm, in wall time; null while there is none, or it is told. */
export function tagGoneAlarmMs(memory: Memory): number | null {
  const { tagGone } = memory.registers;
  if (tagGone === null || !isExpected(memory) || isAlarmed(memory, 'tag-gone')) return null;
  const { sinceMs, radioSinceMs } = tagGone;
  return Math.min(sinceMs + GONE_MS_MAX, (radioSinceMs ?? Number.POSITIVE_INFINITY) + RADIO_GONE_MS_MAX);
}

/** A tag that a unit has no more cannot end its alarms itself. */
export function isTagForgotten(memory: Memory, volatile: Volatile): boolean {
  if (hasTag(memory, volatile)) return false;
  return memory.registers.tagGone !== null || isAlarmed(memory, 'tag-gone') || isAlarmed(memory, 'tag-battery-low');
}

/** When, in wall time, the tag begins to call for a dose that calls gently; null when nothing does. */
export function tagBeginsMs(memory: Memory, volatile: Volatile, stamp: Stamp): number | null {
  if (!hasTag(memory, volatile)) return null;
  const call = tagCall(memory, volatile, stamp);
  return call?.level === 'gentle' ? call.dueMs + TAG_AFTER_MS : null;
}
