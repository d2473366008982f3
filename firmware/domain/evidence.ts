import type { Evidence } from '../../hal/ports/mechanism.ts';
import type { Intent, Position } from './memory.ts';

/** What physically became of an intended movement, judged from counters and sensors only. */
export type Judgement = 'moved' | 'notMoved' | 'unknown';

/** How far the counters have gone since the intent, and what the cup says. */
interface Progress {
  readonly fedBy: number;
  readonly binnedBy: number;
  readonly cup: Evidence['cup'];
  /** Sachets of the dose that lay in the cup before. */
  readonly inCup: number;
  /** The cup was emptied since the movement began. */
  readonly stirred: boolean;
}

/** Source: reliability notes on cash dispensers and XFS — compare a physical counter with the stored one. */
export function judge(intent: Intent, evidence: Evidence, inCup: number, stirred = false): Judgement {
  const fed = evidence.fed[intent.roll];
  const { binned, cup, gate } = evidence;
  if (gate === 'blocked' || fed === null || binned === null) return 'unknown';
  const progress = { fedBy: fed - intent.fedBefore, binnedBy: binned - intent.binnedBefore, cup, inCup, stirred };
  return JUDGES[intent.kind](progress);
}

const JUDGES: Readonly<Record<Intent['kind'], (progress: Progress) => Judgement>> = {
  release({ fedBy, binnedBy, cup, inCup, stirred }) {
    if (binnedBy !== 0) return 'unknown';
    if (fedBy === 1) return 'moved';
    if (fedBy !== 0) return 'unknown';
    // A counter that stood still may be stuck: no proof while the cup, empty before, does not read empty or was emptied.
    return inCup === 0 && (stirred || cup !== 'empty') ? 'unknown' : 'notMoved';
  },
  swallow({ fedBy, binnedBy }) {
    if (fedBy === 1 && binnedBy === 1) return 'moved';
    return fedBy === 0 && binnedBy === 0 ? 'notMoved' : 'unknown';
  },
  retract({ fedBy, binnedBy, cup, inCup }) {
    if (fedBy !== 0 || cup === 'unknown') return 'unknown';
    if (cup === 'occupied') return binnedBy === 0 ? 'notMoved' : 'unknown';
    // An empty cup and a bin that counted nothing: the citizen was quicker, or the counter is stuck.
    return binnedBy === inCup ? 'moved' : 'unknown';
  },
};

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
