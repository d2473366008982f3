import { doseCalling } from '../call.ts';
import {
  isExpected,
  isGone,
  TAG_AT_START,
  TAG_BATTERY_PERCENT_GOOD,
  TAG_BATTERY_PERCENT_LOW,
  type TagState,
  tagCall,
  tagLevel,
} from '../tag.ts';
import { nameOf, type Turn } from '../turn.ts';

/** What the unit asks of the citizen's pocket tag, and what it makes of what the tag tells. */

function know(turn: Turn, known: Partial<TagState>): void {
  turn.remember({ tag: { ...(turn.volatile.tag ?? TAG_AT_START), ...known } });
}

export function lookForTag(turn: Turn): void {
  turn.effect({ type: 'tag.open' });
}

/** Another unit must be able to find it: one that is held by a connection does not show itself. */
export function letGoOfTag(turn: Turn): void {
  turn.effect({ type: 'tag.alert', level: 0 });
  turn.effect({ type: 'tag.close' });
}

/** Says the level once more to a tag that has stopped by itself, as most do after some seconds. */
export function callByTag(turn: Turn): void {
  know(turn, { calledMonoMs: turn.stamp.monoMs });
  turn.effect({ type: 'tag.alert', level: tagLevel(turn.memory, turn.volatile, turn.stamp) });
}

export function silenceTag(turn: Turn): void {
  turn.effect({ type: 'tag.alert', level: 0 });
}

/** The citizen has heard it, which is not that anything was taken. */
export function hearByTag(turn: Turn): void {
  const call = tagCall(turn.memory, turn.volatile, turn.stamp);
  if (call === null) return;
  know(turn, { heard: call });
  turn.record({ type: 'reminder.heard', ...doseNamed(call.dose) });
}

export function tellUnreached(turn: Turn): void {
  const { tag } = turn.volatile;
  const dose = doseCalling(turn.memory, turn.volatile, turn.stamp);
  if (dose === null || tag === null) return;
  know(turn, { unreachedFor: dose.key });
  const why = tag.where === 'radio' ? 'radio' : 'range';
  turn.record({ type: 'reminder.unreached', ...doseNamed(dose.key), why });
}

export function noteTag(turn: Turn): void {
  const { event } = turn;
  if (event.type === 'tag.near') know(turn, { where: 'near' });
  if (event.type === 'tag.gone') know(turn, { where: event.reason });
  if (event.type !== 'tag.battery') return;
  const { percent } = event;
  know(turn, { batteryPercent: percent });
  if (percent < TAG_BATTERY_PERCENT_LOW) turn.raise('tag-battery-low');
  if (percent >= TAG_BATTERY_PERCENT_GOOD) turn.clear('tag-battery-low');
}

/** Since when it is not reached, for a unit that starts anew every day. */
export function writeTagAbsence(turn: Turn): void {
  const { tag } = turn.volatile;
  if (tag === null) return;
  if (!isGone(tag) || !isExpected(turn.memory)) return endTagAbsence(turn);
  const { nowMs, memory } = turn;
  const sinceMs = memory.registers.tagGone?.sinceMs ?? nowMs;
  turn.register('tagGone', { sinceMs, radioSinceMs: tag.where === 'radio' ? nowMs : null });
}

export function warnOfTagGone(turn: Turn): void {
  turn.raise('tag-gone');
}

export function forgetTag(turn: Turn): void {
  endTagAbsence(turn);
  turn.clear('tag-battery-low');
}

function endTagAbsence(turn: Turn): void {
  if (turn.memory.registers.tagGone !== null) turn.register('tagGone', null);
  turn.clear('tag-gone');
}

function doseNamed(key: Parameters<typeof nameOf>[0]): { slot: string; date: string } {
  return nameOf(key) as { slot: string; date: string };
}
