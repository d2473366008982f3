import type { SqlStatement, Store } from '../../hal/ports/store.ts';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { Stream } from './database.ts';

type Raised = Extract<DeviceEvent, { type: 'alarm.raised' }>;
type Closing = Extract<DeviceEvent, { type: 'alarm.cleared' | 'dose.taken' | 'dose.settled' }>;

/**
 * Keeps the table of alarms. An alarm is open from its raise until a later event of the device closes it: a clear of
 * the same condition, or the end of the dose it is about (a late `dose.taken` closes the alarm of a missed dose).
 * "Later" goes by sequence number, not by arrival: alarms overtake history, and batches come in any order. With its
 * ledger all alarms of a device end; and a fault that it named at birth ends with a later clear, before the next birth.
 */
export class AlarmBook {
  readonly #open: SqlStatement;
  readonly #close: SqlStatement;
  readonly #faultOver: SqlStatement;

  constructor(store: Store) {
    this.#open = store.prepare(`INSERT INTO alarm (event, device, code, slot, date, closed_by)
      VALUES (?, ?, ?, ?, ?, (
        SELECT later.id FROM event AS later
        WHERE later.stream = ? AND later.type IN ('alarm.cleared', 'dose.taken', 'dose.settled')
          AND later.slot IS ? AND later.date IS ? AND (later.type <> 'alarm.cleared' OR later.code = ?)
          AND later.seq > ?
        ORDER BY later.seq LIMIT 1))`);
    this.#close = store.prepare(`UPDATE alarm SET closed_by = ?
      WHERE device = ? AND closed_by IS NULL AND slot IS ? AND date IS ? AND (? IS NULL OR code = ?)
        AND (SELECT raised.stream = ? AND raised.seq < ? FROM event AS raised WHERE raised.id = alarm.event)`);
    this.#faultOver = store.prepare(`UPDATE device SET fault = NULL
      WHERE id = ? AND fault = ? AND epoch = ? AND fault_through < ?`);
  }

  /** Notes a stored event, in the same transaction. @returns whether the open alarms may have changed */
  note(stream: Stream, id: number, event: DeviceEvent): boolean {
    switch (event.type) {
      case 'alarm.raised':
        this.#noteRaised(stream, id, event);
        return true;
      case 'alarm.cleared':
      case 'dose.taken':
      case 'dose.settled':
        this.#noteClosing(stream, id, event);
        return true;
      default:
        return false;
    }
  }

  #noteRaised(stream: Stream, id: number, event: Raised): void {
    const { code, slot = null, date = null, seq } = event;
    this.#open.run(id, stream.device, code, slot, date, stream.id, slot, date, code, seq);
  }

  #noteClosing(stream: Stream, id: number, event: Closing): void {
    const { slot = null, date = null, seq } = event;
    const code = event.type === 'alarm.cleared' ? event.code : null;
    this.#close.run(id, stream.device, slot, date, code, code, stream.id, seq);
    if (code !== null) this.#faultOver.run(stream.device, code, stream.epoch, seq);
  }
}
