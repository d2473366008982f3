import type { SqlRow, SqlStatement, Store } from '../../hal/ports/store.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import { faultOf } from '../../protocol/faults/catalogue.ts';
import {
  type AlarmPriority,
  alarmPriorities,
  type CentreAlarmCode,
  type UnitFaultCode,
} from '../../protocol/messages/alarm.ts';
import { type DeviceEvent, decodeEvent } from '../../protocol/messages/event.ts';
import type { StoredEvent } from './ingest.ts';
import { UNREADABLE_MAX } from './quarantine.ts';

// What the web answers, as plain values for JSON. Instants are milliseconds since 1970, except `at` of events and
// alarms, which is the device's own time in seconds.

export interface DeviceReading {
  readonly id: string;
  readonly online: boolean;
  readonly lastHeardMs: number;
  readonly firmware: string | null;
  readonly boot: number | null;
  /** 0 before the first configuration. */
  readonly configVersion: number | null;
  /** The fault that the device named last. */
  readonly fault: UnitFaultCode | null;
  readonly epoch: number | null;
  /** The highest number of this epoch with no gap below it. */
  readonly ackedThrough: number;
  readonly openAlarms: number;
  /** Numbers that will never come: the device had been told that they were stored, and the centre has lost them. */
  readonly lost: number;
}

export interface EventReading {
  /** Rises in the order of arrival, over all devices. */
  readonly id: number;
  readonly device: string;
  readonly epoch: number;
  readonly seq: number;
  readonly receivedAt: number;
  /** Null for an event of a newer unit. */
  readonly event: DeviceEvent | null;
}

export interface AlarmReading {
  /** The id of the event that raised it; null when the centre itself did. */
  readonly id: number | null;
  readonly device: string;
  readonly code: CentreAlarmCode;
  /** What the unit shows of it, and people read out on the telephone. */
  readonly number: number;
  readonly priority: AlarmPriority;
  readonly slot: string | null;
  readonly date: string | null;
  /** Null when the device did not trust its clock, or the centre raised it: then only `receivedAt` is known. */
  readonly at: number | null;
  readonly receivedAt: number;
  /** No unit speaks of it any more: it ends when a person closes it, or with what the next unit says of the dose. */
  readonly leftOver: boolean;
}

export interface RefusalReading {
  readonly topic: string;
  readonly reason: string;
  readonly bytes: string;
  readonly times: number;
  readonly lastMs: number;
}

/** One record that cannot be read, kept as it came. */
export interface UnreadableReading {
  readonly device: string;
  readonly epoch: number;
  /** Null when not even its number can be read. */
  readonly seq: number | null;
  readonly receivedAt: number;
  readonly reason: string;
  /** Hexadecimal. */
  readonly bytes: string;
}

/** What an operator needs to know of the unreadable records of one device. */
export interface UnreadableSummary {
  readonly device: string;
  readonly records: number;
  /** One of them has no number, or there is no room for more: it is not acknowledged, and the device sends it again and again. */
  readonly stuck: boolean;
  readonly lastMs: number;
}

/** Events in one answer; ask again with `after` for more. */
export const EVENTS_MAX = 1000;
const ALARMS_MAX = 10_000;
const REFUSALS_MAX = 100;
const UNREADABLE_SHOWN_MAX = 100;

/** The centre's database as its readers see it. */
export class Readings {
  readonly #online: (device: string) => boolean;
  readonly #devices: SqlStatement;
  readonly #events: SqlStatement;
  readonly #latest: SqlStatement;
  readonly #alarms: SqlStatement;
  readonly #refusals: SqlStatement;
  readonly #unreadable: SqlStatement;
  readonly #unreadableDevices: SqlStatement;

  constructor(store: Store, online: (device: string) => boolean) {
    const events = `SELECT event.id, stream.device, stream.epoch, event.seq, event.received_ms, event.bytes
      FROM event JOIN stream ON stream.id = event.stream WHERE stream.device = ?`;
    this.#online = online;
    this.#devices = store.prepare(`SELECT device.*, stream.acked_through,
        (SELECT count(*) FROM open_alarm WHERE open_alarm.device = device.id) AS open_alarms,
        (SELECT sum(loss.last_seq - loss.first_seq + 1) FROM loss JOIN stream AS lossy ON lossy.id = loss.stream
         WHERE lossy.device = device.id) AS lost
      FROM device LEFT JOIN stream ON stream.device = device.id AND stream.epoch = device.epoch
      ORDER BY device.id`);
    this.#events = store.prepare(`${events} AND event.id > ? ORDER BY event.id LIMIT ${EVENTS_MAX}`);
    this.#latest = store.prepare(`${events} ORDER BY event.id DESC LIMIT ${EVENTS_MAX}`);
    this.#alarms = store.prepare(`SELECT * FROM open_alarm ORDER BY id LIMIT ${ALARMS_MAX}`);
    this.#refusals = store.prepare(`SELECT * FROM refused ORDER BY last_ms DESC LIMIT ${REFUSALS_MAX}`);
    this.#unreadable = store.prepare(`SELECT stream.device, stream.epoch, unreadable.*
      FROM unreadable JOIN stream ON stream.id = unreadable.stream ORDER BY unreadable.id DESC LIMIT ${UNREADABLE_SHOWN_MAX}`);
    // A device that has lost its storage begins a new epoch, and nothing of an older one is sent any more.
    this.#unreadableDevices = store.prepare(`SELECT device.id, count(*) AS records,
        count(*) >= ${UNREADABLE_MAX} OR max(unreadable.seq IS NULL AND stream.id = (SELECT max(id) FROM stream AS own WHERE own.device = device.id)) AS stuck,
        max(unreadable.received_ms) AS last_ms
      FROM unreadable JOIN stream ON stream.id = unreadable.stream JOIN device ON device.id = stream.device
      GROUP BY device.id ORDER BY device.id`);
  }

  devices(): DeviceReading[] {
    return this.#devices.all().map((row) => ({
      id: row.id as string,
      online: this.#online(row.id as string),
      lastHeardMs: row.last_heard_ms as number,
      firmware: row.firmware as string | null,
      boot: row.boot as number | null,
      configVersion: row.config_version as number | null,
      fault: row.fault as UnitFaultCode | null,
      epoch: row.epoch as number | null,
      ackedThrough: (row.acked_through as number | null) ?? 0,
      openAlarms: row.open_alarms as number,
      lost: (row.lost as number | null) ?? 0,
    }));
  }

  /** The oldest events of a device that arrived after the event `after`; 0 for all there are. */
  eventsAfter(device: string, after: number): EventReading[] {
    return this.#events.all(device, after).map(eventReading);
  }

  /** The newest events of a device, in the order of arrival. */
  latestEvents(device: string): EventReading[] {
    return this.#latest.all(device).map(eventReading).reverse();
  }

  /** Raised and not closed, the gravest first, then the oldest. */
  openAlarms(): AlarmReading[] {
    return this.#alarms
      .all()
      .map(alarmReading)
      .sort(
        (a, b) =>
          alarmPriorities.indexOf(a.priority) - alarmPriorities.indexOf(b.priority) ||
          a.receivedAt - b.receivedAt ||
          (a.id ?? 0) - (b.id ?? 0),
      );
  }

  /** The latest refused messages. */
  refusals(): RefusalReading[] {
    return this.#refusals.all().map((row) => ({
      topic: row.topic as string,
      reason: row.reason as string,
      bytes: Buffer.from(row.bytes as Uint8Array).toString('hex'),
      times: row.times as number,
      lastMs: row.last_ms as number,
    }));
  }

  /** The latest records that cannot be read. */
  unreadable(): UnreadableReading[] {
    return this.#unreadable.all().map((row) => ({
      device: row.device as string,
      epoch: row.epoch as number,
      seq: row.seq as number | null,
      receivedAt: row.received_ms as number,
      reason: row.reason as string,
      bytes: Buffer.from(row.bytes as Uint8Array).toString('hex'),
    }));
  }

  /** The devices of which something cannot be read. */
  unreadableDevices(): UnreadableSummary[] {
    return this.#unreadableDevices.all().map((row) => ({
      device: row.id as string,
      records: row.records as number,
      stuck: row.stuck === 1,
      lastMs: row.last_ms as number,
    }));
  }
}

export function storedEventReading({ receivedMs, ...rest }: StoredEvent): EventReading {
  return { ...rest, receivedAt: receivedMs };
}

function eventReading(row: SqlRow): EventReading {
  return {
    id: row.id as number,
    device: row.device as string,
    epoch: row.epoch as number,
    seq: row.seq as number,
    receivedAt: row.received_ms as number,
    event: understood(row.bytes as Uint8Array),
  };
}

function alarmReading(row: SqlRow): AlarmReading {
  const code = row.code as CentreAlarmCode;
  const { number, priority } = faultOf(code);
  return {
    id: row.id as number | null,
    device: row.device as string,
    code,
    number,
    priority,
    slot: row.slot as string | null,
    date: row.date as string | null,
    at: row.at_s as number | null,
    receivedAt: row.received_ms as number,
    leftOver: row.left_over === 1,
  };
}

function understood(bytes: Uint8Array): DeviceEvent | null {
  try {
    return decodeEvent(bytes);
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    return null;
  }
}
