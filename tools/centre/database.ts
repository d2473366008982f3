import type { SqlStatement, Store } from '../../hal/ports/store.ts';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { DeviceBirth } from '../../protocol/messages/state.ts';
import { prepareSchema } from './schema.ts';

/** One unbroken run of sequence numbers of one device. */
export interface Stream {
  readonly id: number;
  readonly device: string;
  readonly epoch: number;
  /** What was stored without a gap when the row was read. */
  readonly ackedThrough: number;
  /** Events up to here were stored once and may have been pruned since. */
  readonly prunedThrough: number;
}

/** An event as it arrived. Without `event` it is of a newer unit: kept, acknowledged, not yet understood. */
export interface Arrival {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly event?: DeviceEvent;
}

/** When a device was last heard, and whether its will has been published since. */
export interface Contact {
  readonly device: string;
  readonly lastHeardMs: number;
  readonly gone: boolean;
}

/** Refused messages kept to be looked at; the oldest go first. */
const REFUSED_MAX = 1000;
/** An MQTT topic may have 64 KiB. */
const TOPIC_CHARS_MAX = 200;

/** What the ingest writes. Every method belongs inside `transaction`, except the reads. */
export class CentreDatabase {
  readonly store: Store;
  readonly #sql: ReturnType<typeof statements>;

  /** @throws CentreDatabaseError, StoreError */
  constructor(store: Store) {
    prepareSchema(store);
    this.store = store;
    this.#sql = statements(store);
  }

  transaction<T>(body: () => T): T {
    return this.store.transaction(body);
  }

  contacts(): Contact[] {
    return this.#sql.contacts.all().map((row) => ({
      device: row.id as string,
      lastHeardMs: row.last_heard_ms as number,
      gone: row.gone === 1,
    }));
  }

  heard(device: string, nowMs: number): void {
    this.#sql.heard.run(device, nowMs, nowMs);
  }

  birth(device: string, birth: DeviceBirth): void {
    const { session, epoch, boot, firmware, configVersion, fault = null } = birth;
    this.#sql.birth.run(session, epoch, boot, firmware, configVersion, fault, device);
  }

  /** Whether the death was that of the latest birth; an older one is old news and changes nothing. */
  death(device: string, session: number): boolean {
    return this.#sql.death.get(device, session) !== undefined;
  }

  /** The stream of a device that has been heard, made when it is new. */
  stream(device: string, epoch: number): Stream {
    let row = this.#sql.stream.get(device, epoch);
    if (row === undefined) {
      this.#sql.addStream.run(device, epoch);
      row = this.#sql.stream.get(device, epoch);
    }
    const { id, acked_through: ackedThrough, pruned_through: prunedThrough } = row as Record<string, number>;
    return { id, device, epoch, ackedThrough, prunedThrough } as Stream;
  }

  /** Sequence numbers stored above `after`, readable or not, rising. */
  seqsAbove(stream: Stream, after: number): number[] {
    return this.#sql.seqsAbove.all(stream.id, after, stream.id, after).map((row) => row.seq as number);
  }

  setAcked(stream: Stream, through: number): void {
    this.#sql.setAcked.run(through, stream.id);
  }

  /** Stores an event and answers its id; undefined when its number is stored already, or was and has been pruned. */
  addEvent(stream: Stream, arrival: Arrival, nowMs: number): number | undefined {
    const { seq, bytes, event } = arrival;
    if (seq <= stream.prunedThrough) return undefined;
    const {
      code = null,
      slot = null,
      date = null,
    } = (event ?? {}) as Partial<Record<'code' | 'slot' | 'date', string>>;
    const atS = event === undefined || event.suspect ? null : event.at;
    const row = this.#sql.addEvent.get(stream.id, seq, nowMs, bytes, event?.type ?? null, atS, code, slot, date);
    return row?.id as number | undefined;
  }

  eventBytes(stream: Stream, seq: number): Uint8Array | undefined {
    return this.#sql.eventBytes.get(stream.id, seq)?.bytes as Uint8Array | undefined;
  }

  /** The device holds these numbers no longer, and they were never stored here (a centre that lost its database). */
  addLoss(stream: Stream, firstSeq: number, lastSeq: number, nowMs: number): void {
    this.#sql.addLoss.run(stream.id, firstSeq, lastSeq, nowMs);
  }

  /** Keeps what could not be accepted, with the reason; the same again only counts. */
  refuse(topic: string, reason: string, bytes: Uint8Array, nowMs: number): void {
    this.#sql.refuse.run(topic.slice(0, TOPIC_CHARS_MAX), reason, bytes, nowMs);
    this.#sql.trimRefused.run(REFUSED_MAX);
  }
}

function statements(store: Store) {
  const sql = (text: string): SqlStatement => store.prepare(text);
  return {
    contacts: sql('SELECT id, last_heard_ms, gone FROM device'),
    heard: sql(`INSERT INTO device (id, first_heard_ms, last_heard_ms) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET last_heard_ms = excluded.last_heard_ms, gone = 0`),
    birth: sql(`UPDATE device SET session = ?, epoch = ?, boot = ?, firmware = ?, config_version = ?, fault = ?
      WHERE id = ?`),
    death: sql('UPDATE device SET gone = 1 WHERE id = ? AND session = ? RETURNING id'),
    stream: sql('SELECT id, acked_through, pruned_through FROM stream WHERE device = ? AND epoch = ?'),
    addStream: sql('INSERT INTO stream (device, epoch) VALUES (?, ?)'),
    seqsAbove: sql(`SELECT seq FROM event WHERE stream = ? AND seq > ?
      UNION SELECT seq FROM unreadable WHERE stream = ? AND seq > ? ORDER BY seq`),
    setAcked: sql('UPDATE stream SET acked_through = ? WHERE id = ?'),
    addEvent: sql(`INSERT INTO event (stream, seq, received_ms, bytes, type, at_s, code, slot, date)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stream, seq) DO NOTHING RETURNING id`),
    eventBytes: sql('SELECT bytes FROM event WHERE stream = ? AND seq = ?'),
    addLoss: sql(
      'INSERT INTO loss (stream, first_seq, last_seq, noticed_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    refuse: sql(`INSERT INTO refused (topic, reason, bytes, last_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT (topic, reason, bytes) DO UPDATE SET times = times + 1, last_ms = excluded.last_ms`),
    trimRefused: sql('DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - ?'),
  };
}
