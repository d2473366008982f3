import { StoreError } from '../../hal/ports/store.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { SettingsError } from '../domain/settings.ts';
import { LedgerError } from '../ledger/errors.ts';
import type { LockdownCause } from './lockdown.ts';

/** What an error at start or in the store means. What is no error at all is not the host's to handle. */
export function causeOf(error: unknown): LockdownCause {
  if (error instanceof LedgerError) return { fault: error.fault, detail: error.message };
  if (error instanceof SettingsError || isProtocolError(error))
    return { fault: 'contradiction', detail: error.message };
  if (error instanceof StoreError) {
    return { fault: error.failure === 'corrupt' ? 'damaged' : 'storage', detail: error.message };
  }
  if (error instanceof Error) return { fault: 'internal', detail: `The firmware could not go on: ${error.message}` };
  throw error;
}
