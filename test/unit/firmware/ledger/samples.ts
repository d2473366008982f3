import { expect } from 'vitest';
import { type Dose, doseKey } from '../../../../firmware/domain/dose.ts';
import type { Change, Intent } from '../../../../firmware/domain/memory.ts';
import { LedgerError } from '../../../../firmware/ledger/errors.ts';
import { provision } from '../../../../firmware/ledger/provision.ts';
import type { Unnumbered } from '../../../../firmware/ledger/record-log.ts';
import { CONFIG, HOUR, MINUTE } from '../rig.ts';
import { TappedStore } from '../tapped-store.ts';

export const START = Date.parse('2026-11-20T06:00+01:00');

export function provisioned(): TappedStore {
  const store = new TappedStore();
  provision(store, { device: 'DD-0042', epoch: 7, atMs: START, config: CONFIG });
  return store;
}

export function dose(date: string, changed: Partial<Dose> = {}): Dose {
  const dueMs = Date.parse(`${date}T08:00+01:00`);
  return {
    key: doseKey('morning', date),
    slot: 'morning',
    date,
    opensMs: dueMs - 30 * MINUTE,
    dueMs,
    closesMs: dueMs + HOUR,
    sachets: 2,
    roll: null,
    fate: 'due',
    moved: 0,
    owed: 0,
    ahead: false,
    changedMs: START,
    ...changed,
  };
}

export const intent = (changed: Partial<Intent> = {}): Intent => ({
  id: 1,
  kind: 'release',
  dose: 'morning/2026-11-20',
  ordinal: 0,
  roll: 'A',
  atMs: START,
  fedBefore: 0,
  binnedBefore: 0,
  outcome: 'open',
  ...changed,
});

export const set = {
  dose: (value: Dose): Change => ({ set: 'dose', dose: value }),
  intent: (value: Intent): Change => ({ set: 'intent', intent: value }),
};

export const record: Unnumbered = { type: 'bin.emptied', at: START / 1000 };

/** Every table, as text. */
export function contents(store: TappedStore): string {
  const tables = ['register', 'config', 'dose', 'intent', 'roll', 'alarm', 'log'];
  return JSON.stringify(tables.map((table) => store.rows(`SELECT * FROM ${table}`)));
}

export function faultOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LedgerError) return error.fault;
    throw error;
  }
  return expect.fail('the ledger was accepted');
}
