import type { Dose } from '../domain/dose.ts';
import { doseIn, type Memory } from '../domain/memory.ts';
import { rungAt } from '../domain/reminder.ts';
import type { Stamp } from './events.ts';
import { lastAnswer } from './last-answer.ts';
import type { ReminderLevel } from './outputs.ts';
import type { Volatile } from './turn.ts';
import { verdictOnPress } from './verdict.ts';

/**
 * So long a unit that cannot see its cup points to it before it goes on, for a hand to reach there; in a take-out the
 * next sachet waits as long.
 */
export const UNSEEN_MS = 10_000;

/** What the reminder calls for: a dose that a press would release, or a presented one to be picked up. */
export function doseCalling(memory: Memory, volatile: Volatile, stamp: Stamp): Dose | null {
  const presented = doseIn(memory, 'presented');
  // A unit that cannot see the cup has said all there is to say.
  if (presented !== null && !volatile.parts.cupSensor) return null;
  if (presented !== null) {
    return {
      ...presented,
      dueMs: presented.changedMs,
      closesMs: Math.max(presented.changedMs + memory.settings.presentMs, stamp.wallMs + 1),
    };
  }
  if (memory.registers.presence.mode !== 'home') return null;
  const verdict = verdictOnPress(memory, volatile, stamp);
  return verdict.release ? verdict.dose : verdict.calls;
}

/** How loudly. Quiet is a permission and ends where the dose is about to be missed. */
export const callLevel = lastAnswer((memory, volatile, stamp): ReminderLevel => {
  const dose = doseCalling(memory, volatile, stamp);
  const rung = dose === null ? null : rungAt(dose, memory.settings.ladder, stamp.wallMs);
  if (rung === null) return 'idle';
  return rung !== 'lastCall' && stamp.monoMs < volatile.quietUntilMonoMs ? 'quiet' : rung;
});

/** What whoever is called is to do first. */
export function callPhrase(memory: Memory, volatile: Volatile, level: ReminderLevel): string {
  if (doseIn(memory, 'presented') !== null) return 'take-the-sachet';
  return volatile.placement.upright ? `remind-${level}` : 'tilted';
}
