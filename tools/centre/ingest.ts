import type { MqttMessage } from '../../hal/ports/mqtt.ts';
import { StoreError } from '../../hal/ports/store.ts';
import { AckTracker } from '../../protocol/ack-tracker.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import type { Acknowledgement } from '../../protocol/messages/ack.ts';
import { decodeBatch } from '../../protocol/messages/batch.ts';
import { type DeviceEvent, decodeEvent, readSeq } from '../../protocol/messages/event.ts';
import { type DeviceBirth, decodeState } from '../../protocol/messages/state.ts';
import { parseTopic } from '../../protocol/topics.ts';
import { AlarmBook } from './alarms.ts';
import type { Arrival, CentreDatabase, Stream } from './database.ts';
import { Quarantine, type Quarantined, type Unreadable } from './quarantine.ts';

/** An event that is stored now and was not before. */
export interface StoredEvent {
  readonly id: number;
  readonly device: string;
  readonly epoch: number;
  readonly seq: number;
  readonly receivedMs: number;
  readonly event: DeviceEvent | null;
}

/** What follows from one message, all of it durable: nothing here may be said before the commit. */
export interface Outcome {
  /** Undefined when the topic names no device. */
  readonly device?: string;
  /** The device itself spoke (`heard`), the broker told of its end (`gone`), or neither is news. */
  readonly contact?: 'heard' | 'gone';
  readonly acknowledgement?: Acknowledgement;
  readonly stored: readonly StoredEvent[];
  readonly alarmsChanged: boolean;
  /** Why the message, or parts of it, were refused. */
  readonly refusals: readonly string[];
}

/** Streams whose gaps are kept in memory; others are read from the database again when they speak. */
const TRACKERS_MAX = 10_000;

/** Takes messages of devices, one transaction each, and says what to answer. */
export class Ingest {
  readonly #database: CentreDatabase;
  readonly #alarms: AlarmBook;
  readonly #quarantine: Quarantine;
  readonly #trackers = new Map<number, AckTracker>();

  constructor(database: CentreDatabase) {
    this.#database = database;
    this.#alarms = new AlarmBook(database.store);
    this.#quarantine = new Quarantine(database.store);
  }

  /** Never throws for what is in the message. @throws StoreError when it could not be stored: then nothing is to be answered */
  receive(message: MqttMessage, nowMs: number): Outcome {
    const topic = parseTopic(message.topic);
    try {
      if (topic?.channel === 'up/event') return this.#batch(topic.device, message, nowMs);
      if (topic?.channel === 'up/state') return this.#state(topic.device, message, nowMs);
    } catch (error) {
      if (error instanceof StoreError && error.failure !== 'constraint') throw error;
      // Also for a mistake of ours: a crash would only meet the same message again when the broker repeats it.
      return this.#refuse(message, error instanceof Error ? error.message : String(error), nowMs);
    }
    return this.#refuse(message, 'The topic is not one that a device writes to.', nowMs);
  }

  /** After an update of this program: what an older one could not read becomes an event, and its alarms are noted. */
  readAgain(): void {
    let portion = this.#quarantine.numberedAfter(0);
    while (portion.length > 0) {
      const records = portion;
      this.#transaction(() => {
        for (const record of records) this.#readRecord(record);
      });
      portion = this.#quarantine.numberedAfter(records.at(-1)?.id ?? 0);
    }
  }

  #readRecord({ id, device, epoch, receivedMs, bytes }: Quarantined): void {
    const reading = readEvent(bytes);
    if ('problem' in reading) return;
    const { stored } = this.#take(this.#database.stream(device, epoch), reading, receivedMs);
    if (stored !== undefined) this.#quarantine.release(id);
  }

  #batch(device: string, message: MqttMessage, nowMs: number): Outcome {
    const { epoch, events } = decodeBatch(message.payload);
    const readings = events.map(readEvent);
    return this.#transaction(() => {
      this.#database.heard(device, nowMs);
      const stream = this.#database.stream(device, epoch);
      const tracker = this.#tracker(stream);
      const taken = readings.map((reading) => this.#take(stream, reading, nowMs));
      for (const { seq } of taken) if (seq !== undefined) tracker.stored(seq);
      for (const { refused } of taken) {
        if (refused !== undefined) this.#database.refuse(message.topic, refused.problem, refused.bytes, nowMs);
      }
      const { ackedThrough } = tracker;
      if (ackedThrough !== stream.ackedThrough) this.#database.setAcked(stream, ackedThrough);
      return {
        device,
        contact: 'heard',
        acknowledgement: { epoch, ackedThrough },
        stored: taken.flatMap(({ stored }) => stored ?? []),
        alarmsChanged: taken.some(({ alarmsChanged }) => alarmsChanged === true),
        refusals: taken.flatMap(({ refused, unreadable }) => refused?.problem ?? unreadable ?? []),
      };
    });
  }

  #take(stream: Stream, reading: Reading, nowMs: number): Taken {
    if ('problem' in reading) return this.#setAside(stream, reading, nowMs);
    const { seq, bytes, event = null } = reading;
    const id = this.#database.addEvent(stream, reading, nowMs);
    if (id === undefined) {
      const same = Buffer.compare(this.#database.eventBytes(stream, seq) ?? bytes, bytes) === 0;
      return same
        ? { seq }
        : { seq, refused: { bytes, problem: `The number ${seq} was used for two different events.` } };
    }
    const alarmsChanged = event !== null && this.#alarms.note(stream, id, event);
    const { device, epoch } = stream;
    return { seq, alarmsChanged, stored: { id, device, epoch, seq, receivedMs: nowMs, event } };
  }

  /** One that cannot be read counts as stored when its number is known, so that it holds up nothing behind it. */
  #setAside(stream: Stream, reading: Unreadable, nowMs: number): Taken {
    const placed = this.#quarantine.add(stream, reading, nowMs);
    const unreadable = placed === 'kept' ? { unreadable: reading.problem } : {};
    return reading.seq === undefined || placed === 'full' ? unreadable : { seq: reading.seq, ...unreadable };
  }

  #state(device: string, message: MqttMessage, nowMs: number): Outcome {
    const state = decodeState(message.payload);
    const nothing = { device, stored: [], alarmsChanged: false, refusals: [] };
    return this.#transaction((): Outcome => {
      if (!state.online) return this.#database.death(device, state.session) ? { ...nothing, contact: 'gone' } : nothing;
      this.#database.heard(device, nowMs);
      this.#database.birth(device, state);
      const acknowledgement = { epoch: state.epoch, ackedThrough: this.#resume(device, state, nowMs) };
      return { ...nothing, contact: 'heard', acknowledgement };
    });
  }

  /**
   * A birth tells what the device still holds. What lies below that and is not stored here can never come any more
   * (this database was lost, or put back from a copy): it is noted as lost, or the device would wait for ever.
   * @returns what is acknowledged
   */
  #resume(device: string, birth: DeviceBirth, nowMs: number): number {
    const stream = this.#database.stream(device, birth.epoch);
    const { ackedThrough } = this.#tracker(stream);
    const heldFrom = Math.min(birth.firstSeq, birth.lastSeq + 1);
    if (heldFrom <= ackedThrough + 1) return ackedThrough;
    this.#database.addLoss(stream, ackedThrough + 1, heldFrom - 1, nowMs);
    this.#trackers.delete(stream.id);
    const resumed = this.#tracker({ ...stream, ackedThrough: heldFrom - 1 }).ackedThrough;
    this.#database.setAcked(stream, resumed);
    return resumed;
  }

  #tracker(stream: Stream): AckTracker {
    const known = this.#trackers.get(stream.id);
    if (known !== undefined) return known;
    const [oldest] = this.#trackers.keys();
    if (this.#trackers.size >= TRACKERS_MAX && oldest !== undefined) this.#trackers.delete(oldest);
    const tracker = new AckTracker(stream.ackedThrough);
    for (const seq of this.#database.seqsAbove(stream, stream.ackedThrough)) tracker.stored(seq);
    this.#trackers.set(stream.id, tracker);
    return tracker;
  }

  /** What a tracker was told within a transaction that then failed is not stored: it is read from the database again. */
  #transaction<T>(body: () => T): T {
    try {
      return this.#database.transaction(body);
    } catch (error) {
      this.#trackers.clear();
      throw error;
    }
  }

  #refuse(message: MqttMessage, reason: string, nowMs: number): Outcome {
    this.#database.transaction(() => this.#database.refuse(message.topic, reason, message.payload, nowMs));
    return { stored: [], alarmsChanged: false, refusals: [reason] };
  }
}

type Reading = Arrival | Unreadable;

/** What became of one event of a batch; with `seq` it is in the database, whether by this batch or before. */
interface Taken {
  readonly seq?: number;
  readonly stored?: StoredEvent;
  readonly alarmsChanged?: boolean;
  readonly refused?: { readonly bytes: Uint8Array; readonly problem: string };
  /** Why it was quarantined just now. */
  readonly unreadable?: string;
}

/** One bad event does not cost the others in its batch, nor those that come after it. */
function readEvent(bytes: Uint8Array): Reading {
  try {
    const event = decodeEvent(bytes);
    return { seq: event.seq, bytes, event };
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    const seq = numberOf(bytes);
    if (seq === undefined) return { bytes, problem: error.message };
    return error.code === 'unknown-type' ? { seq, bytes } : { seq, bytes, problem: error.message };
  }
}

function numberOf(bytes: Uint8Array): number | undefined {
  try {
    return readSeq(bytes);
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    return undefined;
  }
}
