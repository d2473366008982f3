/** Why a ledger cannot be used. Stable, for the panel, the centre and the technician. */
export type LedgerFault = 'damaged' | 'empty' | 'newer' | 'contradiction';

/** The ledger cannot be trusted; the unit stays locked and the file stays as it is, for the technician. */
export class LedgerError extends Error {
  readonly fault: LedgerFault;
  constructor(fault: LedgerFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LedgerError';
    this.fault = fault;
  }
}
