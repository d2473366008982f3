import { batchEventsMax } from '../../protocol/limits.ts';
import type { LogRow } from '../ledger/record-log.ts';
import type { Stamp } from '../machine/events.ts';

/** Without progress of the centre's acknowledgement, everything unacknowledged is sent again after this long. */
const RESEND_MS_MIN = 30_000;
const RESEND_MS_MAX = 300_000;

/** What the link reads of the ledger: the outbox is the log's unacknowledged end, and what stands before it as a reserve. */
export interface Outbox {
  readonly firstSeq: number;
  readonly lastSeq: number;
  unsent(after: number, limit: number): LogRow[];
  unsentAlarms(after: number, limit: number): LogRow[];
}

/**
 * What of the outbox comes next: alarms first, then history, and again what the centre has not acknowledged. A centre
 * that acknowledges less than it did (its database was put back from a copy) is sent again what follows, from the log: at
 * once the first time in a connection, then no sooner than after a silence. What the log has pruned is not there any
 * more; the next birth says so. A centre that acknowledges nothing (it disputes the ledger) gets everything
 * unacknowledged again and again, every five minutes in the end.
 */
export class OutboxCursor {
  readonly #outbox: Outbox;
  #sentThrough = 0;
  #alarmsSentThrough = 0;
  /** The centre's latest word of this connection, and the ledger's before that. */
  #heardThrough = 0;
  #ackedSeen = 0;
  /** Whether the centre has been sent acknowledged records again in this connection. */
  #recalled = false;
  #resendAtMonoMs = Number.POSITIVE_INFINITY;
  #resendMs = RESEND_MS_MIN;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  get resendAtMonoMs(): number {
    return this.#resendAtMonoMs;
  }

  /** A new attempt at a connection: only the ledger knows what the centre has. */
  expect(ackedThrough: number): void {
    this.#ackedSeen = ackedThrough;
    this.#heardThrough = ackedThrough;
  }

  /** A new connection: what is unacknowledged goes once more. */
  restart(): void {
    this.#recalled = false;
    this.#rewind();
  }

  /** @returns false for an acknowledgement of records that are not written yet, which says nothing about ours */
  hear(ackedThrough: number): boolean {
    if (ackedThrough > this.#outbox.lastSeq) return false;
    this.#heardThrough = ackedThrough;
    return true;
  }

  /** @returns whether the centre has acknowledged more since the last look */
  watch(stamp: Stamp): boolean {
    const acked = this.#heardThrough;
    const progress = acked > this.#ackedSeen;
    if (acked < this.#ackedSeen) this.#recall(acked, stamp);
    if (progress) {
      this.#ackedSeen = acked;
      this.#resendMs = RESEND_MS_MIN;
      this.#resendAtMonoMs = acked < this.#sentThrough ? stamp.monoMs + this.#resendMs : Number.POSITIVE_INFINITY;
    }
    if (this.#sentThrough < acked) this.#sentThrough = acked;
    if (stamp.monoMs >= this.#resendAtMonoMs) {
      this.#resendMs = Math.min(this.#resendMs * 2, RESEND_MS_MAX);
      // What the broker has not taken yet keeps its place in the window: more would be a protocol error (MQTT 5 §4.9).
      this.#rewind();
    }
    return progress;
  }

  /** The next batch: alarms that history has not reached yet, then history. */
  next(bytesMax: number, stamp: Stamp): LogRow[] {
    const rows = this.#nextRows(bytesMax);
    if (rows.length > 0 && !Number.isFinite(this.#resendAtMonoMs)) this.#resendAtMonoMs = stamp.monoMs + this.#resendMs;
    return rows;
  }

  #nextRows(bytesMax: number): LogRow[] {
    const { lastSeq } = this.#outbox;
    if (this.#sentThrough >= lastSeq) return [];
    this.#alarmsSentThrough = Math.max(this.#alarmsSentThrough, this.#sentThrough);
    if (this.#alarmsSentThrough < lastSeq && lastSeq > this.#sentThrough + batchEventsMax) {
      const alarms = fitting(this.#outbox.unsentAlarms(this.#alarmsSentThrough, batchEventsMax), bytesMax);
      const last = alarms.at(-1);
      this.#alarmsSentThrough = last === undefined ? lastSeq : last.seq;
      // When the alarms are all there is, or next in line anyway, history's own batch carries them.
      if (last !== undefined && last.seq > this.#sentThrough + batchEventsMax) return alarms;
    }
    const history = fitting(this.#outbox.unsent(this.#sentThrough, batchEventsMax), bytesMax);
    this.#sentThrough = history.at(-1)?.seq ?? lastSeq;
    return history;
  }

  #recall(acked: number, stamp: Stamp): void {
    this.#ackedSeen = acked;
    if (this.#recalled) this.#resendAtMonoMs = Math.min(this.#resendAtMonoMs, stamp.monoMs + this.#resendMs);
    else this.#rewind();
    this.#recalled = true;
  }

  #rewind(): void {
    this.#sentThrough = this.#ackedSeen;
    this.#alarmsSentThrough = this.#ackedSeen;
    this.#resendAtMonoMs = Number.POSITIVE_INFINITY;
  }
}

/** As many rows from the front as one batch may carry; one at least, or nothing would ever arrive. */
function fitting(rows: LogRow[], bytesMax: number): LogRow[] {
  let bytes = 32;
  let count = 0;
  for (const { body } of rows) {
    bytes += body.length + 3;
    if (bytes > bytesMax && count > 0) break;
    count += 1;
  }
  return rows.slice(0, count);
}
