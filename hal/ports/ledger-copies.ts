/** Copies of the ledger as it was before a new image first touched it. Nothing puts one back by itself. */
export interface LedgerCopies {
  /**
   * Copies the ledger, durable when it returns, while no firmware runs. `name` is made of hex digits.
   * @returns the copy's path, null when there is no ledger yet. @throws Error when it could not be copied
   */
  keep(name: string): string | null;
}
