import type { SqlStatement, Store } from '../../hal/ports/store.ts';

/** How long an event is kept after its arrival: a year, and a month to look back at it from the next. */
export const KEEP_DAYS = 400;
/** Events looked at in one step, which takes a few milliseconds: a message waits no longer than that. */
export const STEP_EVENTS = 500;
/** Between two walks through what has grown old. */
const REST_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Removes events that have grown old, in small steps from the oldest on. What somebody still waits for stays, however
 * old: the event of an open alarm (and an alarm that was closed lately, by a unit or by a person, whole), and what stands
 * above a gap and is not acknowledged yet. What could not be read stays too; quarantine has a bound of its own. The file keeps its size and
 * fills the room that has become free.
 */
export class Retention {
  readonly #store: Store;
  readonly #sql: Readonly<
    Record<'next' | 'dropAlarms' | 'dropEnded' | 'dropAnswered' | 'dropClosings' | 'dropEvents' | 'mark', SqlStatement>
  >;
  #after = 0;
  #restUntilMs = 0;

  constructor(store: Store) {
    this.#store = store;
    this.#sql = {
      next: store.prepare(`SELECT id, received_ms FROM event WHERE id > ? ORDER BY id LIMIT ${STEP_EVENTS}`),
      dropAlarms: store.prepare('DELETE FROM alarm WHERE event <= ? AND closed_by <= ?'),
      dropEnded: store.prepare(`DELETE FROM alarm WHERE closed_by IS NULL AND event IN (
        SELECT event.id FROM event JOIN stream ON stream.id = event.stream
        WHERE event.id > ? AND event.id <= ? AND stream.ended_ms IS NOT NULL AND alarm.slot IS NULL)`),
      dropAnswered: store.prepare(`DELETE FROM alarm WHERE event > ? AND event <= ?
        AND closing IN (SELECT id FROM alarm_closing WHERE closed_ms < ?)`),
      dropClosings: store.prepare(`DELETE FROM alarm_closing WHERE closed_ms < ?
        AND NOT EXISTS (SELECT 1 FROM alarm WHERE alarm.closing = alarm_closing.id)
        AND NOT EXISTS (SELECT 1 FROM stream WHERE stream.unsucceeded = alarm_closing.id)`),
      dropEvents: store.prepare(`DELETE FROM event WHERE id > ? AND id <= ?
        AND seq <= (SELECT acked_through FROM stream WHERE stream.id = event.stream)
        AND NOT EXISTS (SELECT 1 FROM alarm WHERE alarm.event = event.id)
        AND NOT EXISTS (SELECT 1 FROM alarm WHERE alarm.closed_by = event.id)
        RETURNING stream, seq`),
      mark: store.prepare('UPDATE stream SET pruned_through = max(pruned_through, ?) WHERE id = ?'),
    };
  }

  /** Takes one step, or rests. @returns how many events were removed. @throws StoreError */
  step(nowMs: number): number {
    if (nowMs < this.#restUntilMs) return 0;
    const beforeMs = nowMs - KEEP_DAYS * DAY_MS;
    const last = this.#lastOld(beforeMs);
    if (last === undefined) {
      this.#after = 0;
      this.#restUntilMs = nowMs + REST_MS;
      return 0;
    }
    const removed = this.#store.transaction(() => this.#remove(last, beforeMs));
    this.#after = last;
    return removed;
  }

  /** The last event of this step: ids rise with the time of arrival, so the first young one ends the walk. */
  #lastOld(beforeMs: number): number | undefined {
    const rows = this.#sql.next.all(this.#after);
    const young = rows.findIndex((row) => (row.received_ms as number) >= beforeMs);
    const old = young < 0 ? rows : rows.slice(0, young);
    return old.at(-1)?.id as number | undefined;
  }

  #remove(last: number, beforeMs: number): number {
    this.#sql.dropAlarms.run(last, last);
    this.#sql.dropEnded.run(this.#after, last);
    this.#sql.dropAnswered.run(this.#after, last, beforeMs);
    this.#sql.dropClosings.run(beforeMs);
    const rows = this.#sql.dropEvents.all(this.#after, last);
    const through = new Map<number, number>();
    for (const { stream, seq } of rows as { stream: number; seq: number }[])
      through.set(stream, Math.max(through.get(stream) ?? 0, seq));
    for (const [stream, seq] of through) this.#sql.mark.run(seq, stream);
    return rows.length;
  }
}
