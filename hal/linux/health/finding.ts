import type { BoardFinding } from '../../ports/sensors.ts';

/** What is wrong with the board, as far as the kernel tells. */
export interface Finding {
  readonly code: BoardFinding;
  /** What was read where, in one sentence for the log. */
  readonly says: string;
}
