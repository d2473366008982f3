import type { SqlStatement, Store } from '../../hal/ports/store.ts';
import type { UnitFaultCode } from '../../protocol/messages/alarm.ts';
import type { DeviceEvent } from '../../protocol/messages/event.ts';
import type { DeviceBirth, DeviceLockdown } from '../../protocol/messages/state.ts';
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
  /** Whether the device has been born with it. */
  readonly born: boolean;
  /** Whether the device has begun another one since: its alarms are over. */
  readonly ended: boolean;
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

  /** What the device said last of its connection and of its fault. */
  lastWord(device: string): { readonly session: number | null; readonly fault: string | null } {
    return this.#sql.lastWord.get(device) as { session: number | null; fault: string | null };
  }

  birth(device: string, birth: DeviceBirth, nowMs: number): void {
    const { session, epoch, boot, firmware, configVersion, lastSeq, fault = null } = birth;
    this.#sql.fault.run(fault, nowMs, fault, lastSeq, device);
    this.#sql.birth.run(session, epoch, boot, firmware, configVersion, device);
  }

  /** The unit is there, and its ledger is not: what is known of that stays. */
  lockedDown(device: string, lockdown: DeviceLockdown, nowMs: number): void {
    const { session, firmware } = lockdown;
    const fault = faultIn(lockdown);
    this.#sql.fault.run(fault, nowMs, fault, null, device);
    this.#sql.lockedDown.run(session, firmware, device);
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
    return {
      id,
      device,
      epoch,
      ackedThrough,
      prunedThrough,
      born: row?.born === 1,
      ended: row?.ended_ms !== null,
    } as Stream;
  }

  /** The device was born with this ledger for the first time. @returns whether it had another one until now */
  begin(stream: Stream, nowMs: number): boolean {
    this.#sql.born.run(stream.id);
    return this.#sql.endOlder.all(nowMs, stream.device, stream.id).length > 0;
  }

  /** It has not ended after all. */
  revive(stream: Stream): void {
    this.#sql.revive.run(stream.id);
    // What a person closed in its place is for itself to tell again.
    this.#sql.reopen.run(stream.id);
  }

  isDisputed(stream: Stream): boolean {
    return this.#sql.disputed.get(stream.id) !== undefined;
  }

  /** Two ledgers go by this name, surely and for good. @returns whether that is news */
  dispute(stream: Stream, nowMs: number): boolean {
    return this.#sql.dispute.get(nowMs, stream.id) !== undefined;
  }

  /** Two ledgers may go by this name. @returns whether that is news */
  suspect(stream: Stream, nowMs: number): boolean {
    return this.#sql.suspect.get(nowMs, stream.id) !== undefined;
  }

  /** Ends a suspicion, and no more than that. @returns whether there was one */
  trust(stream: Stream): boolean {
    return this.#sql.trust.get(stream.id) !== undefined;
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

/** The most exact word of what is wrong with a unit that is there; null for nothing. */
export function faultIn(state: DeviceBirth | DeviceLockdown): UnitFaultCode | null {
  return (state.online === 'lockedDown' ? state.cause : undefined) ?? state.fault ?? null;
}

function statements(store: Store) {
  const sql = (text: string): SqlStatement => store.prepare(text);
  return {
    contacts: sql('SELECT id, last_heard_ms, gone FROM device'),
    heard: sql(`INSERT INTO device (id, first_heard_ms, last_heard_ms) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET last_heard_ms = excluded.last_heard_ms, gone = 0`),
    lastWord: sql('SELECT session, fault FROM device WHERE id = ?'),
    birth: sql('UPDATE device SET session = ?, epoch = ?, boot = ?, firmware = ?, config_version = ? WHERE id = ?'),
    lockedDown: sql('UPDATE device SET session = ?, firmware = ? WHERE id = ?'),
    fault: sql(`UPDATE device SET fault_since_ms = iif(fault IS ?, fault_since_ms, ?), fault = ?, fault_through = ?
      WHERE id = ?`),
    death: sql('UPDATE device SET gone = 1 WHERE id = ? AND session = ? RETURNING id'),
    stream: sql('SELECT * FROM stream WHERE device = ? AND epoch = ?'),
    addStream: sql('INSERT INTO stream (device, epoch) VALUES (?, ?)'),
    born: sql('UPDATE stream SET born = 1 WHERE id = ?'),
    endOlder: sql('UPDATE stream SET ended_ms = ? WHERE device = ? AND id < ? AND ended_ms IS NULL RETURNING id'),
    revive: sql('UPDATE stream SET ended_ms = NULL, born = 1 WHERE id = ?'),
    reopen: sql(`UPDATE alarm SET closing = NULL WHERE closing IS NOT NULL AND closed_by IS NULL
      AND event IN (SELECT id FROM event WHERE stream = ?)`),
    disputed: sql('SELECT 1 FROM stream WHERE id = ? AND disputed_ms IS NOT NULL'),
    dispute: sql(`UPDATE stream SET disputed_ms = coalesce(disputed_ms, ?), proven = 1
      WHERE id = ? AND proven = 0 RETURNING id`),
    suspect: sql('UPDATE stream SET disputed_ms = ? WHERE id = ? AND disputed_ms IS NULL RETURNING id'),
    trust: sql(`UPDATE stream SET disputed_ms = NULL
      WHERE id = ? AND disputed_ms IS NOT NULL AND proven = 0 RETURNING id`),
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
