import type { SqlStatement, Store } from '../../hal/ports/store.ts';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { Stream } from './database.ts';

type Raised = Extract<DeviceEvent, { type: 'alarm.raised' }>;
type Closing = Extract<DeviceEvent, { type: 'alarm.cleared' | 'dose.taken' | 'dose.settled' }>;

/**
 * Keeps the table of alarms. An alarm is open from its raise until a later event of the device closes it: a clear of
 * the same condition, or the end of the dose it is about (a late `dose.taken` closes the alarm of a missed dose).
 * "Later" goes by sequence number, not by arrival: alarms overtake history, and batches come in any order. With its
 * ledger an alarm ends that is about the unit itself. One about a dose stays: the citizen still waits for an answer. It
 * ends with what the next ledger of that name says of the dose, or when a person closes it. A fault that a unit named
 * at birth ends with a later clear, before the next birth.
 */
export class AlarmBook {
  readonly #open: SqlStatement;
  readonly #close: SqlStatement;
  readonly #faultOver: SqlStatement;
  readonly #inherit: SqlStatement;
  readonly #foundTaken: SqlStatement;

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
    // The ledger that ended last is the latest one; of two that ended together neither speaks for the other.
    this.#inherit = store.prepare(`UPDATE alarm SET closed_by = (
        SELECT later.id FROM event AS raised JOIN stream AS old ON old.id = raised.stream
          JOIN stream AS heir ON heir.device = old.device AND (heir.ended_ms IS NULL OR heir.ended_ms > old.ended_ms)
          JOIN event AS later ON later.stream = heir.id
        WHERE raised.id = alarm.event AND old.ended_ms IS NOT NULL
          AND later.type IN ('alarm.cleared', 'dose.taken', 'dose.settled')
          AND later.slot = alarm.slot AND later.date = alarm.date
          AND (later.type <> 'alarm.cleared' OR later.code = alarm.code)
        ORDER BY later.id LIMIT 1)
      WHERE device = ? AND slot IS NOT NULL AND closed_by IS NULL`);
    // A unit that takes a silent one's place calls missed what nobody saw; the log of the silent one may know better.
    this.#foundTaken = store.prepare(`UPDATE alarm SET closed_by = (
        SELECT taken.id FROM event AS raised JOIN stream AS old ON old.device = alarm.device AND old.id <> raised.stream
          JOIN event AS taken ON taken.stream = old.id AND taken.type = 'dose.taken'
        WHERE raised.id = alarm.event AND old.ended_ms IS NOT NULL
          AND taken.slot = alarm.slot AND taken.date = alarm.date
        ORDER BY taken.id LIMIT 1)
      WHERE device = ? AND code = 'dose-missed' AND closed_by IS NULL`);
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

  /**
   * Closes the alarms of ledgers that have ended, by what later ones say of the same doses, and of a missed dose by any
   * that saw it taken; in whichever order it came.
   */
  inherit(device: string): void {
    this.#inherit.run(device);
    this.#foundTaken.run(device);
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
