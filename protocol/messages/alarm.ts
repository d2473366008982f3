import { choice } from '../wire/kinds.ts';

/** Conditions that call for a person. Append only: the position is the number on the wire. */
export const alarmCodes = [
  'dose-missed',
  /** Presented, and nobody picks it up. */
  'dose-not-taken',
  'about-to-miss',
  'dose-uncertain',
  'mechanism-jam',
  'position-mismatch',
  'stock-mismatch',
  'time-suspect',
  'battery-low',
  'battery-critical',
  'mains-lost',
  'stock-low',
  'stock-empty',
  'bin-full',
  'tamper',
  'internal-fault',
  'storage-fault',
  'mechanism-silent',
  'sensor-fault',
  'medicine-changed',
  'door-left-open',
  'storage-filling',
  'storage-wearing',
  'overheated',
  'battery-worn',
  'tag-battery-low',
  'tag-gone',
  'roll-missing',
] as const;
export type AlarmCode = (typeof alarmCodes)[number];

export const alarmCode = choice('alarm-code', alarmCodes);

/** The short number a person reads out on the telephone; the same on the unit, on the wire and at the centre. */
export function alarmNumber(code: AlarmCode): number {
  return alarmCodes.indexOf(code) + 1;
}

/** Why a unit locks itself down at its start. Append only, as above. */
export const lockdownCodes = ['ledger-damaged', 'ledger-contradiction', 'ledger-newer', 'not-provisioned'] as const;
export type LockdownCode = (typeof lockdownCodes)[number];

export const lockdownCode = choice('lockdown-code', lockdownCodes);

/** What a unit itself can say that is wrong with it. */
export type UnitFaultCode = AlarmCode | LockdownCode;

/** How soon somebody must answer (IEC 60601-1-8, clause 6.1.2). */
export const alarmPriorities = ['high', 'medium', 'low'] as const;
export type AlarmPriority = (typeof alarmPriorities)[number];

const priorities: Readonly<Record<AlarmCode, AlarmPriority>> = {
  // A dose is lost or in doubt, or the unit can give none until somebody comes.
  'dose-missed': 'high',
  'dose-uncertain': 'high',
  'mechanism-jam': 'high',
  'mechanism-silent': 'high',
  'sensor-fault': 'high',
  'position-mismatch': 'high',
  'stock-mismatch': 'high',
  'medicine-changed': 'high',
  'stock-empty': 'high',
  'roll-missing': 'high',
  'time-suspect': 'high',
  'battery-critical': 'high',
  tamper: 'high',
  'internal-fault': 'high',
  'storage-fault': 'high',
  // A dose will be lost unless somebody acts within minutes or hours.
  'dose-not-taken': 'medium',
  'about-to-miss': 'medium',
  'battery-low': 'medium',
  'bin-full': 'medium',
  'door-left-open': 'medium',
  overheated: 'medium',
  // Within days.
  'mains-lost': 'low',
  'stock-low': 'low',
  'storage-filling': 'low',
  'storage-wearing': 'low',
  'battery-worn': 'low',
  'tag-battery-low': 'low',
  // Whoever goes out takes the tag along, or leaves it behind.
  'tag-gone': 'low',
};

export function alarmPriority(code: AlarmCode): AlarmPriority {
  return priorities[code];
}

/** What a service centre finds out by itself. Append only, as above; these are never on the wire. */
export const centreOwnCodes = ['two-ledgers', 'successor-missing'] as const;
export type CentreOwnCode = (typeof centreOwnCodes)[number];

/** All that a service centre shows: what devices report, and what it finds out by itself. */
export type CentreAlarmCode = UnitFaultCode | CentreOwnCode;
