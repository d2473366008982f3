/**
 * `enrolment`: who the unit is and whom it believes. `newcomer`: an enrolment that is about to become that. `tries`: how
 * often somebody failed to open a session. `journal`: who did what over the cable. `tag`: which pocket tag is the citizen's.
 */
export type VaultName = 'enrolment' | 'newcomer' | 'tries' | 'journal' | 'tag';

/** Small things of the unit that outlive its ledger, and that nobody but its own process reads. */
export interface Vault {
  /** `null` when there is none. @throws StoreError when it cannot be read */
  read(name: VaultName): Uint8Array | null;
  /** Durable when it returns; a power cut leaves the old one or the new one, whole. @throws StoreError */
  write(name: VaultName, bytes: Uint8Array): void;
  /** Durable when it returns. @throws StoreError */
  erase(name: VaultName): void;
}
