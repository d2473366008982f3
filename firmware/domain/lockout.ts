import type { AlarmCode } from '../../protocol/messages/event.ts';
import { firstLeftover } from './leftovers.ts';
import { isAlarmed, type Memory } from './memory.ts';

/** Of the medicine that is loaded, nothing may be given: these end when rolls are fitted anew, whatever a technician says. */
export const UNTIL_REFILLED: readonly AlarmCode[] = ['stock-mismatch', 'medicine-changed'];

/** Alarms that keep the mechanism still until a technician says it is repaired, or until it is refilled. */
export const LOCKING: readonly AlarmCode[] = [
  'mechanism-jam',
  'mechanism-silent',
  'sensor-fault',
  'position-mismatch',
  ...UNTIL_REFILLED,
  'internal-fault',
  'tamper',
];

/** Whether a fault keeps the unit locked: a locking alarm, or a full bin with a sachet that must go into it. */
export function isBlocked(memory: Memory): boolean {
  for (const alarm of memory.alarms.values()) if (LOCKING.includes(alarm.code)) return true;
  return isAlarmed(memory, 'bin-full') && firstLeftover(memory) !== null;
}
