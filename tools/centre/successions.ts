import type { SqlStatement } from '../../hal/ports/store.ts';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { CentreDatabase, Stream } from './database.ts';

/** Records taken in at one time, all or none. */
export const RECORDS_MAX = 1000;

/** An old ledger whose records are not all here, and what an operator must know of it. */
export interface OwedReading {
  readonly device: string;
  readonly epoch: number;
  /** Records that are surely missing. */
  readonly records: number;
  /** Whether the unit itself was handed over; otherwise it was silent, and nobody knows what it did after it was heard last. */
  readonly handedOver: boolean;
  readonly sinceMs: number;
}

/**
 * Which unit has taken the place of which. The records of the one that went are waited for until the last of them is
 * here, or a person says that they are lost. Every method that writes belongs inside a transaction.
 */
export class Successions {
  readonly #database: CentreDatabase;
  readonly #sql: Readonly<
    Record<
      'known' | 'add' | 'isSucceeded' | 'isOwed' | 'isHandedOver' | 'handOver' | 'end' | 'settle' | 'lost' | 'owed',
      SqlStatement
    >
  >;

  constructor(database: CentreDatabase) {
    const sql = (text: string) => database.store.prepare(text);
    this.#database = database;
    this.#sql = {
      known: sql('SELECT 1 FROM stream WHERE device = ? AND epoch = ?'),
      add: sql(
        'INSERT INTO succession (old, through, noticed_ms, heir) VALUES (?, ?, ?, ?) ON CONFLICT (old) DO NOTHING',
      ),
      isSucceeded: sql('SELECT through FROM succession WHERE old = ?'),
      isOwed: sql('SELECT 1 FROM succession WHERE old = ? AND settled_ms IS NULL'),
      isHandedOver: sql('SELECT 1 FROM stream WHERE id = ? AND handed_over_ms IS NOT NULL'),
      handOver: sql('UPDATE stream SET handed_over_ms = coalesce(handed_over_ms, ?) WHERE id = ?'),
      end: sql('UPDATE stream SET ended_ms = coalesce(ended_ms, ?) WHERE id = ?'),
      settle: sql(`UPDATE succession SET settled_ms = ? WHERE old = ? AND settled_ms IS NULL
        AND through <= (SELECT acked_through FROM stream WHERE stream.id = succession.old) RETURNING old`),
      lost: sql('UPDATE succession SET settled_ms = ? WHERE old = ? AND settled_ms IS NULL RETURNING through'),
      owed: sql(`SELECT stream.device, stream.epoch, noticed_ms, max(0, through - acked_through) AS records,
          handed_over_ms IS NOT NULL AS handed_over
        FROM succession JOIN stream ON stream.id = succession.old
        WHERE settled_ms IS NULL ORDER BY noticed_ms, stream.id`),
    };
  }

  /** A ledger that was heard here, or of which a successor has told. */
  find(device: string, epoch: number): Stream | undefined {
    return this.#sql.known.get(device, epoch) === undefined ? undefined : this.#database.stream(device, epoch);
  }

  /** Takes note of an event that is stored now. @returns whether the open alarms may have changed */
  note(stream: Stream, event: DeviceEvent, nowMs: number): boolean {
    if (event.type === 'unit.handedOver') this.#sql.handOver.run(nowMs, stream.id);
    if (event.type !== 'unit.tookOver' || event.epoch === stream.epoch) return event.type === 'unit.handedOver';
    const old = this.#database.stream(stream.device, event.epoch);
    this.#sql.add.run(old.id, event.through, nowMs, stream.id);
    // It may never have been born here, and would otherwise stand beside the new one.
    this.#sql.end.run(nowMs, old.id);
    this.settleIfWhole(old, nowMs);
    return true;
  }

  /** Whether another unit has taken, or is to take, the place of the one with this ledger: a birth of it is no riddle. */
  isHandedOver(stream: Stream): boolean {
    return this.#sql.isHandedOver.get(stream.id) !== undefined;
  }

  isSucceeded(stream: Stream): boolean {
    return this.#sql.isSucceeded.get(stream.id) !== undefined;
  }

  isOwed(stream: Stream): boolean {
    return this.#sql.isOwed.get(stream.id) !== undefined;
  }

  /** The unit itself has said that it gives nothing any more, and all of its records are here. */
  settleIfWhole(stream: Stream, nowMs: number): void {
    if (!this.isSucceeded(stream) || !this.isHandedOver(stream)) return;
    this.#sql.end.run(nowMs, stream.id);
    this.#sql.settle.all(nowMs, stream.id);
  }

  /** A person has read out the log of a unit that was silent, up to its end. @returns whether nothing is owed now */
  settleAsRead(stream: Stream, nowMs: number): boolean {
    this.#sql.end.run(nowMs, stream.id);
    return this.#sql.settle.all(nowMs, stream.id).length > 0;
  }

  /** A person says that nothing more can be read of it. @returns whether anybody had waited */
  giveUp(stream: Stream, nowMs: number): boolean {
    const row = this.#sql.lost.get(nowMs, stream.id);
    if (row === undefined) return false;
    const through = row.through as number;
    if (through > stream.ackedThrough) this.#database.addLoss(stream, stream.ackedThrough + 1, through, nowMs);
    return true;
  }

  owed(): OwedReading[] {
    return this.#sql.owed.all().map((row) => ({
      device: row.device as string,
      epoch: row.epoch as number,
      records: row.records as number,
      handedOver: row.handed_over === 1,
      sinceMs: row.noticed_ms as number,
    }));
  }
}
