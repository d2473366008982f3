/**
 * What can be wrong with the board, as far as the kernel tells. `storage-fault` is a condition of the fault catalogue
 * (protocol/faults); the others call for a technician within weeks, and have no number there yet.
 */
export type FindingCode = 'storage-fault' | 'storage-filling' | 'storage-wearing' | 'overheated' | 'battery-worn';

export interface Finding {
  readonly code: FindingCode;
  /** What was read where, in one sentence for the log. */
  readonly says: string;
}
