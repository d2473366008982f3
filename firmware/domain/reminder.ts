import type { Dose } from './dose.ts';
import type { Ladder } from './profile.ts';

export type Rung = 'gentle' | 'firm' | 'urgent' | 'lastCall';

/** How loudly an open dose calls: nothing before its time, then ever firmer, and a last call before it is missed. */
export function rungAt(dose: Dose, ladder: Ladder, nowMs: number): Rung | null {
  if (nowMs < dose.dueMs || nowMs >= dose.closesMs) return null;
  if (nowMs >= dose.closesMs - ladder.lastCallMs) return 'lastCall';
  const sinceMs = nowMs - dose.dueMs;
  if (sinceMs >= ladder.urgentAfterMs) return 'urgent';
  return sinceMs >= ladder.firmAfterMs ? 'firm' : 'gentle';
}

/** The instants at which the call of a dose changes. */
export function rungChanges(dose: Dose, ladder: Ladder): number[] {
  return [
    dose.dueMs,
    dose.dueMs + ladder.firmAfterMs,
    dose.dueMs + ladder.urgentAfterMs,
    Math.max(dose.dueMs, dose.closesMs - ladder.lastCallMs),
    dose.closesMs,
  ];
}
