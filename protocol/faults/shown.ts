import { type AlarmPriority, alarmPriorities } from '../messages/alarm.ts';
import { faultNumbered, faults } from './catalogue.ts';

/**
 * How soon somebody must answer what a unit's display shows: by the fault's number where it names one, else the most
 * urgent fault that is told by this phrase (a key of protocol/phrases.ts). Null for a picture that shows no fault.
 */
export function shownPriority(message: string, params: Readonly<Record<string, string>>): AlarmPriority | null {
  const named = faultNumbered(Number(params.code));
  if (named !== undefined) return named.priority;
  const told = faults.filter(({ sees }) => sees.includes(message)).map(({ priority }) => priority);
  return alarmPriorities.find((priority) => told.includes(priority)) ?? null;
}
