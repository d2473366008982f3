import type { AlarmPriority, CentreAlarmCode } from '../messages/alarm.ts';
import type { Language } from '../messages/config.ts';
import type { Part } from './terms.ts';

export type InBothLanguages = Readonly<Record<Language, string>>;

/** What a unit says at the cable while no firmware runs on it. Append only: the position gives the number. */
export const recoveryCodes = ['firmware-missing', 'firmware-crashing'] as const;
export type RecoveryCode = (typeof recoveryCodes)[number];

/** Every condition that calls for a person: on the unit, in its memory or program, or at the service centre. */
export type FaultCode = CentreAlarmCode | RecoveryCode;

/** Whether the unit still gives medicine, and what it waits for if not. */
export const faultLocks = [
  'no',
  'while-it-lasts',
  'until-settled',
  'until-repaired',
  'until-refilled',
  'for-good',
] as const;
export type FaultLock = (typeof faultLocks)[number];

/** What people read of one condition. Whoever reads it stands in a kitchen: one thought, one act. */
export interface FaultWords {
  /** What is the matter, in a few words. */
  readonly title: InBothLanguages;
  /** What has happened, for somebody who has never seen it before. */
  readonly meaning: InBothLanguages;
  readonly lock: FaultLock;
  /** Keys of the unit's phrases (protocol/phrases.ts) that its display shows of it. */
  readonly sees: readonly string[];
  /** And of those that it speaks, at once or when the button is pressed. */
  readonly hears: readonly string[];
  /** What the operator at the service centre does about it. */
  readonly action: InBothLanguages;
  /** What the technician does about it, step by step; empty when there is nothing to mend. */
  readonly repair: readonly InBothLanguages[];
  /** The parts to look at, the likeliest first. */
  readonly parts: readonly Part[];
  /** When it is over. */
  readonly ends: InBothLanguages;
}

export interface Fault extends FaultWords {
  readonly code: FaultCode;
  /** What a person reads out on the telephone. Below 100 the unit's alarms, from 101 its lock-downs, from 151 what it says without firmware, from 201 the centre's own. */
  readonly number: number;
  readonly priority: AlarmPriority;
}
