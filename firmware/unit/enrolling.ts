import type { Store } from '../../hal/ports/store.ts';
import type { Vault } from '../../hal/ports/vault.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { decodeEnrolment, type Enrolment } from '../../protocol/messages/enrolment.ts';
import type { RefusalCode } from '../../protocol/messages/refusal.ts';
import { firstConfigSecondsMax } from '../../protocol/messages/signed-limits.ts';
import { LedgerError } from '../ledger/errors.ts';
import { Ledger } from '../ledger/ledger.ts';
import { provision } from '../ledger/provision.ts';

/** What a start of the unit needs to take a newcomer in. */
export interface Cradle {
  readonly vault: Vault;
  readonly store: Store;
  /** A number for the new ledger that no earlier one of this unit had, drawn at random. */
  readonly epoch: () => number;
  /** The wall time, 0 while no clock vouches for it. */
  readonly atMs: number;
}

/**
 * Finishes what a provisioning began, wherever the power was cut: first the ledger, then the name. A ledger that belongs
 * to another unit is left as it is, and the newcomer forgotten.
 * @throws StoreError
 */
export function takeInNewcomer({ vault, store, epoch, atMs }: Cradle): void {
  const bytes = vault.read('newcomer');
  if (bytes === null) return;
  const { device, issuedAt } = decodeEnrolment(bytes);
  const holder = holderOf(store);
  const firstConfigFrom = Math.max(0, issuedAt - firstConfigSecondsMax);
  if (holder === null) provision(store, { device, epoch: epoch(), atMs, firstConfigFrom });
  if (holder === null || holder === device) vault.write('enrolment', bytes);
  vault.erase('newcomer');
}

/** Whose ledger the store holds; null when it is empty. A damaged one is somebody's. */
function holderOf(store: Store): string | null {
  try {
    return new Ledger(store).identity.device;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return error.fault === 'empty' ? null : '';
  }
}

/** Whom an enrolment would make of this unit, or why it is not taken. */
export function readNewcomer(
  bytes: Uint8Array,
  deviceClass: string,
  problemWith: (enrolment: Enrolment) => string | undefined,
): Enrolment | RefusalCode {
  try {
    const enrolment = decodeEnrolment(bytes);
    if (enrolment.deviceClass !== deviceClass) return 'unsupported';
    return problemWith(enrolment) === undefined ? enrolment : 'invalid';
  } catch (error) {
    if (isProtocolError(error)) return error.code;
    throw error;
  }
}
