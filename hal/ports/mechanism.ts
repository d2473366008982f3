/** The name of a roll bay: `A` on every unit, `B` as well on units with two rolls. */
export type RollId = 'A' | 'B';

/**
 * What the mechanism's own sensors say, without interpretation. Counters only ever grow and survive power cuts
 * (they are the physical witness for an intent); `null` means the sensor gives no believable answer.
 */
export interface Evidence {
  /** Sachets ever seen to leave each roll; one may hang below the blade yet, and be pushed back by whoever frees it. */
  readonly fed: Readonly<Record<RollId, number | null>>;
  /** Sachets ever dropped into the locked bin. */
  readonly binned: number | null;
  readonly cup: 'empty' | 'occupied' | 'unknown';
  /** `blocked`: something is stuck in the cutter or the gate. */
  readonly gate: 'clear' | 'blocked';
}

/** One asked-for movement. `intent` is the number of the ledger row that was made durable before it. */
export interface Move {
  readonly intent: number;
  readonly roll: RollId;
}

export type MechanismPart = 'feed' | 'cutter' | 'gate';

/** Each carries the evidence read when the motion ended, or at rest. */
export type MechanismAnswer =
  | { readonly type: 'mechanism.moved'; readonly intent: number; readonly evidence: Evidence }
  | {
      readonly type: 'mechanism.jammed';
      readonly intent: number;
      readonly part: MechanismPart;
      readonly evidence: Evidence;
    }
  | { readonly type: 'mechanism.inspected'; readonly evidence: Evidence };

export type MechanismEvent =
  | MechanismAnswer
  /** At rest: its board does not answer any more, or has started anew. Asked to inspect, it answers when it is back. */
  | { readonly type: 'mechanism.lost' };

/** The part that moves sachets. Calls return at once; the outcome comes to the listener. */
export interface Mechanism {
  /** One listener; a later one takes its place. */
  listen(listener: (event: MechanismEvent) => void): void;
  /** Cuts the head sachet of a roll and presents it in the cup. */
  release(move: Move): void;
  /** Cuts the head sachet of a roll and drops it into the locked bin, unseen. */
  swallow(move: Move): void;
  /** Draws everything in the cup back into the locked bin. */
  retract(move: Move): void;
  /** Motors off, at once. */
  stop(): void;
  /** Reads every sensor and answers with `mechanism.inspected`. */
  inspect(): void;
}
