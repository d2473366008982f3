import type { Evidence } from '../../hal/ports/mechanism.ts';
import type { Intent, Position } from './memory.ts';

/**
 * What physically became of an intended movement, judged from counters and sensors only. `taken`: a retract found
 * the cup empty and the bin unchanged, so the citizen was quicker.
 */
export type Judgement = 'moved' | 'notMoved' | 'taken' | 'unknown';

/** Source: reliability notes on cash dispensers and XFS — compare a physical counter with the stored one. */
export function judge(intent: Intent, evidence: Evidence, inCup: number, stirred = false): Judgement {
  if (evidence.gate === 'blocked') return 'unknown';
  const fed = evidence.fed[intent.roll];
  const { binned } = evidence;
  if (fed === null || binned === null) return 'unknown';
  const fedBy = fed - intent.fedBefore;
  const binnedBy = binned - intent.binnedBefore;
  switch (intent.kind) {
    case 'release':
      // A counter that stood still may be stuck: no proof while the cup, empty before, does not read empty or was emptied.
      if (binnedBy !== 0) return 'unknown';
      if (fedBy === 0) return inCup === 0 && (stirred || evidence.cup !== 'empty') ? 'unknown' : 'notMoved';
      return fedBy === 1 ? 'moved' : 'unknown';
    case 'swallow':
      if (fedBy === 1 && binnedBy === 1) return 'moved';
      return fedBy === 0 && binnedBy === 0 ? 'notMoved' : 'unknown';
    case 'retract':
      if (fedBy !== 0 || evidence.cup === 'unknown') return 'unknown';
      if (evidence.cup === 'occupied') return binnedBy === 0 ? 'notMoved' : 'unknown';
      return binnedBy === inCup ? 'moved' : binnedBy === 0 ? 'taken' : 'unknown';
  }
}

/** Whether the counters stand where the ledger last saw them. */
export function isWhereItWas(position: Position, evidence: Evidence): boolean {
  return (
    evidence.binned === position.binned &&
    evidence.fed.A === position.fed.A &&
    evidence.fed.B === position.fed.B &&
    evidence.fed.A !== null &&
    evidence.binned !== null
  );
}
