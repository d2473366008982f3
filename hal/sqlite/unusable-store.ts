import type { Store, StoreError } from '../ports/store.ts';

/** In place of a store that could not be opened: whatever is asked of it fails for the same reason. */
export function unusableStore(reason: StoreError): Store {
  const fail = (): never => {
    throw reason;
  };
  return { prepare: fail, exec: fail, transaction: fail, integrityProblems: fail, image: fail, close: () => undefined };
}
