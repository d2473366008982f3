import { AckTracker } from '../../protocol/ack-tracker.ts';
import type { Acknowledgement } from '../../protocol/messages/ack.ts';
import type { DeviceBirth } from '../../protocol/messages/state.ts';
import type { CentreDatabase, Stream } from './database.ts';
import type { Successions } from './successions.ts';

/** Streams whose gaps are kept in memory; others are read from the database again when they speak. */
const TRACKERS_MAX = 10_000;

/**
 * How far the ledger of each device is acknowledged. A device is told only of what it has itself sent or said to be
 * acknowledged since it connected: two devices under one name, or one whose ledger was put back from a copy, must not
 * conclude from the records of the other that their own are stored. Every method belongs inside a transaction.
 */
export class Ledgers {
  readonly #database: CentreDatabase;
  readonly #successions: Successions;
  readonly #trackers = new Map<number, AckTracker>();

  constructor(database: CentreDatabase, successions: Successions) {
    this.#database = database;
    this.#successions = successions;
  }

  /** After a transaction that failed: what a tracker was told in it is not stored. */
  forget(): void {
    this.#trackers.clear();
  }

  /** Takes note of stored numbers. @returns what to answer; nothing when the ledger is disputed */
  stored(stream: Stream, seqs: readonly number[]): Acknowledgement | undefined {
    const tracker = this.#tracker(stream);
    for (const seq of seqs) tracker.stored(seq);
    const { ackedThrough } = tracker;
    if (ackedThrough > stream.ackedThrough) this.#database.setAcked(stream, ackedThrough);
    if (this.#database.isDisputed(stream)) return undefined;
    const { session } = this.#database.lastWord(stream.device);
    return { epoch: stream.epoch, ackedThrough, ...(session === null ? {} : { session }) };
  }

  /** A number was used for two different events. @returns whether that is news */
  dispute(stream: Stream, nowMs: number): boolean {
    return this.#database.dispute(stream, nowMs);
  }

  /**
   * Judges a birth; what follows from it is told by `stored` afterwards.
   * @param fresh whether it is the first birth of its connection
   * @returns whether open alarms may have changed
   */
  born(stream: Stream, birth: DeviceBirth, fresh: boolean, nowMs: number): boolean {
    const ended = this.#begin(stream, nowMs);
    const disputed = this.#judge(stream, birth, fresh, nowMs);
    if (!this.#database.isDisputed(stream)) this.#resume(stream, birth, fresh || disputed, nowMs);
    return ended || disputed;
  }

  /**
   * The first birth of a ledger ends those before it. One that lives on nevertheless is a second one; but for a unit that
   * was handed over: it gives nothing any more, and only brings the rest of its records.
   */
  #begin(stream: Stream, nowMs: number): boolean {
    if (stream.ended) {
      if (this.#successions.isHandedOver(stream)) return false;
      this.#database.revive(stream);
      this.#database.dispute(stream, nowMs);
      return true;
    }
    return !stream.born && this.#database.begin(stream, nowMs);
  }

  /**
   * A device that knows less of its ledger than it has sent is another one, or was put back. Only a suspicion, which
   * ends with the next birth that knows it all: the broker may repeat an old birth after a crash of the centre.
   */
  #judge(stream: Stream, birth: DeviceBirth, fresh: boolean, nowMs: number): boolean {
    if (birth.lastSeq >= stream.ackedThrough) return this.#database.trust(stream);
    return fresh && this.#database.suspect(stream, nowMs);
  }

  /**
   * A birth tells what the device still has. What lies below that and is not stored here can never come any more
   * (this database was lost, or put back from a copy): it is noted as lost, or the device would wait for ever.
   */
  #resume(stream: Stream, birth: DeviceBirth, fresh: boolean, nowMs: number): void {
    const { firstSeq, lastSeq, ackedThrough: known = firstSeq - 1 } = birth;
    const below = Math.max(0, Math.min(firstSeq - 1, lastSeq));
    const lost = below > stream.ackedThrough;
    if (lost) {
      this.#database.addLoss(stream, stream.ackedThrough + 1, below, nowMs);
      this.#database.setAcked(stream, below);
    }
    if (fresh) this.#keep(stream, new AckTracker(Math.max(below, Math.min(known, stream.ackedThrough))));
    // It is read again: above the loss there may be more that is stored already.
    else if (lost) this.#trackers.delete(stream.id);
  }

  #tracker(stream: Stream): AckTracker {
    const known = this.#trackers.get(stream.id);
    if (known !== undefined) return known;
    const tracker = new AckTracker(stream.ackedThrough);
    for (const seq of this.#database.seqsAbove(stream, stream.ackedThrough)) tracker.stored(seq);
    return this.#keep(stream, tracker);
  }

  #keep(stream: Stream, tracker: AckTracker): AckTracker {
    const [oldest] = this.#trackers.keys();
    if (this.#trackers.size >= TRACKERS_MAX && oldest !== undefined) this.#trackers.delete(oldest);
    this.#trackers.set(stream.id, tracker);
    return tracker;
  }
}
