import type { RollId } from '../../hal/ports/mechanism.ts';
import type { SqlRow, SqlValue } from '../../hal/ports/store.ts';
import type { AlarmCode } from '../../protocol/messages/event.ts';
import { type Dose, type DoseKey, doseKey, type Fate } from '../domain/dose.ts';
import type { Alarm, Intent } from '../domain/memory.ts';
import type { Roll, Sachet } from '../domain/stock.ts';
import { LedgerError } from './errors.ts';

/** Rows and values, one pair of functions per table. */

/** A value kept as JSON. @throws LedgerError when there is none, or none that can be read. */
export function readValue<T>(text: SqlValue | undefined, what: string): T {
  try {
    return JSON.parse(text as string) as T;
  } catch (error) {
    // biome-ignore lint/style/useErrorCause: the cause is passed; the rule looks for it in the second place only.
    throw new LedgerError('contradiction', `The ${what} in the ledger cannot be read.`, { cause: error });
  }
}

export function doseRow(dose: Dose): SqlValue[] {
  return [
    dose.slot,
    dose.date,
    dose.opensMs,
    dose.dueMs,
    dose.closesMs,
    dose.sachets,
    dose.roll,
    dose.fate,
    dose.moved,
    dose.owed,
    dose.ahead ? 1 : 0,
    dose.changedMs,
  ];
}

export function readDose(row: SqlRow): Dose {
  const slot = row.slot as string;
  const date = row.date as string;
  return {
    key: doseKey(slot, date),
    slot,
    date,
    opensMs: row.opens_ms as number,
    dueMs: row.due_ms as number,
    closesMs: row.closes_ms as number,
    sachets: row.sachets as number,
    roll: row.roll as RollId | null,
    fate: row.fate as Fate,
    moved: row.moved as number,
    owed: row.owed as number,
    ahead: row.ahead === 1,
    changedMs: row.changed_ms as number,
  };
}

export function intentRow(intent: Intent): SqlValue[] {
  return [
    intent.id,
    intent.kind,
    intent.dose,
    intent.ordinal,
    intent.roll,
    intent.atMs,
    intent.fedBefore,
    intent.binnedBefore,
    intent.outcome,
  ];
}

export function readIntent(row: SqlRow): Intent {
  return {
    id: row.id as number,
    kind: row.kind as Intent['kind'],
    dose: row.dose as DoseKey | null,
    ordinal: row.ordinal as number,
    roll: row.roll as RollId,
    atMs: row.at_ms as number,
    fedBefore: row.fed_before as number,
    binnedBefore: row.binned_before as number,
    outcome: row.outcome as Intent['outcome'],
  };
}

export function readRoll(row: SqlRow): Roll {
  return {
    id: row.id as RollId,
    sachets: readValue<Sachet[]>(row.sachets, 'roll'),
    next: row.next as number,
  };
}

export function readAlarm(row: SqlRow): Alarm {
  return {
    code: row.code as AlarmCode,
    dose: row.dose === '' ? null : (row.dose as DoseKey),
    raisedMs: row.raised_ms as number,
  };
}
