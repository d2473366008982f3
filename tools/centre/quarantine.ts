import type { SqlStatement, Store } from '../../hal/ports/store.ts';
import type { Stream } from './database.ts';

/** A kept record with a number, as it lies in the database. */
export interface Quarantined {
  readonly id: number;
  readonly device: string;
  readonly epoch: number;
  readonly receivedMs: number;
  readonly bytes: Uint8Array;
}

/** An event that this program cannot read, with what is wrong in one sentence. */
export interface Unreadable {
  readonly bytes: Uint8Array;
  readonly problem: string;
  /** Undefined when not even its number can be read: then it cannot be acknowledged either. */
  readonly seq?: number;
}

/** Kept of one device, 120 bytes each at most; the device itself goes on keeping what comes after that. */
export const UNREADABLE_MAX = 1000;

/** Whether a record lies in the quarantine now, did so before, or has found no room. */
export type Placed = 'kept' | 'known' | 'full';

/** Records looked at in one portion of those that are read again. */
const PORTION = 500;

/**
 * Keeps what cannot be read, as it came, for a person to look at. It is as good as stored: the device is told so and
 * goes on with what comes after it; only where a device has sent more than there is room for, it is not. Every method belongs inside a transaction.
 */
export class Quarantine {
  readonly #sql: Readonly<Record<'known' | 'kept' | 'keep' | 'numbered' | 'release', SqlStatement>>;

  constructor(store: Store) {
    this.#sql = {
      known: store.prepare('SELECT 1 FROM unreadable WHERE stream = ? AND bytes = ?'),
      kept: store.prepare(
        'SELECT count(*) AS n FROM unreadable WHERE stream IN (SELECT id FROM stream WHERE device = ?)',
      ),
      keep: store.prepare('INSERT INTO unreadable (stream, seq, received_ms, reason, bytes) VALUES (?, ?, ?, ?, ?)'),
      numbered:
        store.prepare(`SELECT unreadable.id, stream.device, stream.epoch, unreadable.received_ms, unreadable.bytes
        FROM unreadable JOIN stream ON stream.id = unreadable.stream
        WHERE unreadable.id > ? AND unreadable.seq IS NOT NULL ORDER BY unreadable.id LIMIT ${PORTION}`),
      release: store.prepare('DELETE FROM unreadable WHERE id = ?'),
    };
  }

  /** The next of those with a number, from the oldest on; none after the last. */
  numberedAfter(id: number): Quarantined[] {
    return this.#sql.numbered.all(id).map((row) => ({
      id: row.id as number,
      device: row.device as string,
      epoch: row.epoch as number,
      receivedMs: row.received_ms as number,
      bytes: row.bytes as Uint8Array,
    }));
  }

  /** It has become an event like any other. */
  release(id: number): void {
    this.#sql.release.run(id);
  }

  add(stream: Stream, { seq, bytes, problem }: Unreadable, nowMs: number): Placed {
    const { known, kept, keep } = this.#sql;
    if (known.get(stream.id, bytes) !== undefined) return 'known';
    if ((kept.get(stream.device)?.n as number) >= UNREADABLE_MAX) return 'full';
    keep.run(stream.id, seq ?? null, nowMs, problem, bytes);
    return 'kept';
  }
}
