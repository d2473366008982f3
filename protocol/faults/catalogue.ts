import {
  type AlarmPriority,
  alarmCodes,
  alarmNumber,
  alarmPriority,
  centreOwnCodes,
  lockdownCodes,
  type UnitFaultCode,
} from '../messages/alarm.ts';
import { boardFaults } from './board.ts';
import { centreFaults } from './centre.ts';
import { doseFaults } from './doses.ts';
import { type Fault, type FaultCode, type FaultWords, recoveryCodes } from './fault.ts';
import { mechanismFaults } from './mechanism.ts';
import { medicineFaults } from './medicine.ts';
import { memoryFaults } from './memory.ts';
import { recoveryFaults } from './recovery.ts';
import { surroundingFaults } from './surroundings.ts';

/** Complete by type: a new code that is not described here does not compile. */
const words: Readonly<Record<FaultCode, FaultWords>> = {
  ...doseFaults,
  ...mechanismFaults,
  ...medicineFaults,
  ...surroundingFaults,
  ...boardFaults,
  ...memoryFaults,
  ...recoveryFaults,
  ...centreFaults,
};

const LOCKDOWN_FROM = 101;
const RECOVERY_FROM = 151;
const CENTRE_FROM = 201;
/** A unit that is locked down gives nothing, and a ledger that is told twice may hide a missed dose. */
const elsewhere: AlarmPriority = 'high';

const describe = (code: FaultCode, number: number, priority: AlarmPriority): Fault => ({
  code,
  number,
  priority,
  ...words[code],
});

/** The catalogue: every condition that calls for a person, in the order of its number. */
export const faults: readonly Fault[] = [
  ...alarmCodes.map((code) => describe(code, alarmNumber(code), alarmPriority(code))),
  ...lockdownCodes.map((code, place) => describe(code, LOCKDOWN_FROM + place, elsewhere)),
  ...recoveryCodes.map((code, place) => describe(code, RECOVERY_FROM + place, elsewhere)),
  ...centreOwnCodes.map((code, place) => describe(code, CENTRE_FROM + place, elsewhere)),
];

const byCode: ReadonlyMap<string, Fault> = new Map(faults.map((fault) => [fault.code, fault]));

export function faultOf(code: FaultCode): Fault {
  return byCode.get(code) as Fault;
}

/** The short number a person reads out on the telephone; never given to another condition. */
export function faultNumber(code: FaultCode): number {
  return faultOf(code).number;
}

/** What was read out on the telephone; undefined for a number that no condition has. */
export function faultNumbered(number: number): Fault | undefined {
  return faults.find((fault) => fault.number === number);
}

/** Whether the unit keeps its medicine back on account of it. */
export function keepsMedicineBack({ lock }: Fault): boolean {
  return lock !== 'no';
}

/** What a lock-down is called, by its cause (firmware/host/lockdown.ts). */
export const lockdownFaults = {
  damaged: 'ledger-damaged',
  contradiction: 'ledger-contradiction',
  newer: 'ledger-newer',
  empty: 'not-provisioned',
  storage: 'storage-fault',
  internal: 'internal-fault',
} as const satisfies Readonly<Record<string, UnitFaultCode>>;
