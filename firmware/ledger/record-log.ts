import type { SqlRow, Store } from '../../hal/ports/store.ts';
import { sameBytes } from '../../protocol/cose/bytes.ts';
import { type DeviceEvent, encodeEvent, eventPriority } from '../../protocol/messages/event.ts';
import { chainHash, GENESIS } from './chain.ts';
import { LedgerError } from './errors.ts';

/** Acknowledged records kept for the technician; the last of them is also where seq and chain go on. */
export const LOG_KEPT_MAX = 5_000;
/** Records whose chain is walked at each start. */
const LAST_CHECKED = 64;

export interface LogRow {
  readonly seq: number;
  readonly body: Uint8Array;
}

/** With the hash that covers it and all before it. */
export interface HashedRow extends LogRow {
  readonly hash: Uint8Array;
}

type WithoutSeq<E> = E extends unknown ? Omit<E, 'seq'> : never;
export type Unnumbered = WithoutSeq<DeviceEvent>;

/** Records as they were written, and where seq and chain go on behind them. */
export interface Appended {
  readonly events: DeviceEvent[];
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** What happened, numbered and chained by hashes: one table of the ledger, written in its transactions. */
export class RecordLog {
  readonly #put;
  readonly #read;
  #lastSeq: number;
  #lastHash: Uint8Array;

  constructor(store: Store) {
    this.#put = {
      record: store.prepare('INSERT INTO log VALUES (?,?,?,?)'),
      prune: store.prepare('DELETE FROM log WHERE seq <= ?'),
    };
    this.#read = {
      newest: store.prepare('SELECT seq, body, hash FROM log ORDER BY seq DESC LIMIT ?'),
      oldest: store.prepare('SELECT min(seq) AS seq FROM log'),
      records: store.prepare('SELECT seq, body, hash FROM log WHERE seq > ? ORDER BY seq LIMIT ?'),
      unsent: store.prepare('SELECT seq, body FROM log WHERE seq > ? ORDER BY seq LIMIT ?'),
      unsentAlarms: store.prepare('SELECT seq, body FROM log WHERE seq > ? AND urgent = 1 ORDER BY seq LIMIT ?'),
    };
    const [last] = this.#read.newest.all(1);
    this.#lastSeq = (last?.seq as number | undefined) ?? 0;
    this.#lastHash = hashIn(last);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The oldest record in the log; one after the last when there is none. */
  get firstSeq(): number {
    return (this.#read.oldest.get()?.seq as number | null | undefined) ?? this.#lastSeq + 1;
  }

  /** Records after `after` with their hashes, oldest first. */
  records(after: number, limit: number): HashedRow[] {
    return this.#read.records.all(after, limit) as unknown as HashedRow[];
  }

  /** Records after `after`, oldest first; acknowledged ones too, as far as the log goes back. */
  unsent(after: number, limit: number): LogRow[] {
    return this.#read.unsent.all(after, limit) as unknown as LogRow[];
  }

  /** Alarms after `after`; they overtake the rest. */
  unsentAlarms(after: number, limit: number): LogRow[] {
    return this.#read.unsentAlarms.all(after, limit) as unknown as LogRow[];
  }

  /** Numbers records and writes them. Until `settle` they do not count: the transaction around it may still fail. */
  append(records: readonly Unnumbered[]): Appended {
    let seq = this.#lastSeq;
    let hash = this.#lastHash;
    const events: DeviceEvent[] = [];
    for (const record of records) {
      seq += 1;
      const event = { ...record, seq } as DeviceEvent;
      const body = encodeEvent(event);
      hash = chainHash(hash, body);
      this.#put.record.run(seq, eventPriority(event.type) === 'alarm' ? 1 : 0, body, hash);
      events.push(event);
    }
    return { events, seq, hash };
  }

  /** The transaction of `append` is durable. */
  settle({ seq, hash }: Appended): void {
    this.#lastSeq = seq;
    this.#lastHash = hash;
  }

  /** Forgets what the centre has stored, up to `acked`, but for the last. `seq` is that of the newest record. */
  prune(acked: number, seq: number): void {
    this.#put.prune.run(Math.min(acked, seq - LOG_KEPT_MAX));
  }

  /**
   * Walks the newest records; the whole chain is the technician's to check. `acked` is the last that the centre has,
   * `written` the last that was written.
   * @throws LedgerError when the log is not what they say, or was changed
   */
  check(acked: number, written: number): void {
    if (acked > this.#lastSeq) {
      throw new LedgerError('contradiction', `The centre has record ${acked}, the ledger ends at ${this.#lastSeq}.`);
    }
    if (written !== this.#lastSeq) {
      throw new LedgerError('contradiction', `The ledger wrote record ${written}, and ends at ${this.#lastSeq} now.`);
    }
    const rows = this.#read.newest.all(LAST_CHECKED);
    for (const [index, row] of rows.entries()) {
      const previous = rows[index + 1];
      if (previous === undefined && row.seq !== 1) return;
      if (!sameBytes(chainHash(hashIn(previous), row.body as Uint8Array), row.hash as Uint8Array)) {
        throw new LedgerError('contradiction', `Record ${row.seq} of the ledger was changed after it was written.`);
      }
    }
  }
}

function hashIn(row: SqlRow | undefined): Uint8Array {
  return (row?.hash as Uint8Array | undefined) ?? GENESIS;
}
