import type { MqttMessage } from '../../hal/ports/mqtt.ts';
import { StoreError } from '../../hal/ports/store.ts';
import { isProtocolError } from '../../protocol/errors.ts';
import type { Acknowledgement } from '../../protocol/messages/ack.ts';
import { decodeBatch } from '../../protocol/messages/batch.ts';
import { decodeCommandAnswer } from '../../protocol/messages/command-answer.ts';
import { decodeConfigReport } from '../../protocol/messages/config-report.ts';
import { type DeviceEvent, decodeEvent, readSeq } from '../../protocol/messages/event.ts';
import { decodeLogPart } from '../../protocol/messages/log-part.ts';
import { decodeState } from '../../protocol/messages/state.ts';
import { parseTopic } from '../../protocol/topics.ts';
import { AlarmBook } from './alarms.ts';
import { type Arrival, type CentreDatabase, faultIn, type Stream } from './database.ts';
import { Ledgers } from './ledgers.ts';
import { takeAnswer } from './orders/command-answers.ts';
import { CommandStore } from './orders/command-store.ts';
import { ConfigReports } from './orders/config-reports.ts';
import { ConfigStore } from './orders/config-store.ts';
import { LogStore } from './orders/log-store.ts';
import { OrderError } from './orders/order-error.ts';
import { Quarantine, type Quarantined, type Unreadable } from './quarantine.ts';
import { Successions } from './successions.ts';

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
  /**
   * The device asks for what is open for it. `connected`: it was born in a new connection; `alive`: it was born once
   * more in the same one; `again`: it said why it could not take what it was sent, and the same can be sent otherwise.
   */
  readonly pull?: 'connected' | 'alive' | 'again';
  /** It told what became of something that it was asked. */
  readonly ordersChanged?: boolean;
  /** Why the message, or parts of it, were refused. */
  readonly refusals: readonly string[];
}

/** What became of records that somebody has read out of a unit that was taken away. */
export interface TakenIn {
  readonly stored: readonly StoredEvent[];
  /** Those that were here already. */
  readonly known: number;
  readonly ackedThrough: number;
  /** Whether anything is still waited for. */
  readonly owed: boolean;
  readonly alarmsChanged: boolean;
}

/** Takes messages of devices, one transaction each, and says what to answer. */
export class Ingest {
  readonly #database: CentreDatabase;
  readonly #alarms: AlarmBook;
  readonly #quarantine: Quarantine;
  readonly #ledgers: Ledgers;
  readonly #commands: CommandStore;
  readonly #logs: LogStore;
  readonly #reports: ConfigReports;
  readonly successions: Successions;

  constructor(database: CentreDatabase) {
    this.#database = database;
    this.#commands = new CommandStore(database.store);
    this.#logs = new LogStore(database.store, this.#commands);
    this.#reports = new ConfigReports(new ConfigStore(database.store));
    this.#alarms = new AlarmBook(database.store);
    this.#quarantine = new Quarantine(database.store);
    this.successions = new Successions(database);
    this.#ledgers = new Ledgers(database, this.successions);
  }

  /** Never throws for what is in the message. @throws StoreError when it could not be stored: then nothing is to be answered */
  receive(message: MqttMessage, nowMs: number): Outcome {
    const topic = parseTopic(message.topic);
    try {
      if (topic?.channel === 'up/event') return this.#batch(topic.device, message, nowMs);
      if (topic?.channel === 'up/state') return this.#state(topic.device, message, nowMs);
      if (topic?.channel === 'up/config') return this.#configReport(topic.device, message, nowMs);
      if (topic?.channel === 'up/command') return this.#commandAnswer(topic.device, message, nowMs);
      if (topic?.channel === 'up/log') return this.#logPart(topic.device, message, nowMs);
    } catch (error) {
      if (error instanceof StoreError && error.failure !== 'constraint') throw error;
      // Also for a mistake of ours: a crash would only meet the same message again when the broker repeats it.
      return this.#refuse(message, error instanceof Error ? error.message : String(error), nowMs);
    }
    return this.#refuse(message, 'The topic is not one that a device writes to.', nowMs);
  }

  /**
   * The records of a ledger that has ended, as somebody has read them out of the unit: all of them are stored, or none.
   * @param last whether the log ends with them
   * @throws OrderError, StoreError
   */
  takeIn(
    { device, epoch }: Pick<Stream, 'device' | 'epoch'>,
    records: readonly Uint8Array[],
    { last, nowMs }: { readonly last: boolean; readonly nowMs: number },
  ): TakenIn {
    return this.#transaction(() => {
      const stream = this.#endedStream(device, epoch);
      const taken = records.map((bytes) => this.#take(stream, readEvent(bytes), nowMs));
      const conflict = taken.find(({ conflict }) => conflict !== undefined)?.conflict;
      if (conflict !== undefined) {
        throw new OrderError('conflict', {
          da: `Nummer ${conflict.seq} er brugt til to forskellige poster. Loggen er ikke fra ${device} med hukommelse ${epoch}.`,
          en: `${conflict.problem} The log is not that of ${device} with ledger ${epoch}.`,
        });
      }
      const seqs = taken.flatMap(({ seq }) => seq ?? []);
      this.#ledgers.stored(stream, seqs);
      this.successions.settleIfWhole(stream, nowMs);
      if (last) this.successions.settleAsRead(stream, nowMs);
      const alarmsChanged = this.#alarmsOf(device, taken);
      const stored = taken.flatMap((one) => one.stored ?? []);
      const { ackedThrough } = this.#database.stream(device, epoch);
      const owed = this.successions.isOwed(stream);
      return { stored, known: seqs.length - stored.length, ackedThrough, owed, alarmsChanged };
    });
  }

  /** Somebody says that nothing more can be read of it. @throws OrderError, StoreError */
  giveUp(device: string, epoch: number, nowMs: number): void {
    this.#transaction(() => {
      if (this.successions.giveUp(this.#endedStream(device, epoch), nowMs)) return;
      throw new OrderError('conflict', {
        da: `Ingen venter på poster fra ${device} med hukommelse ${epoch}.`,
        en: `Nobody waits for records of ${device} with ledger ${epoch}.`,
      });
    });
  }

  #endedStream(device: string, epoch: number): Stream {
    const stream = this.successions.find(device, epoch);
    if (stream === undefined) {
      throw new OrderError('unknown', {
        da: `${device} er aldrig hørt med hukommelse ${epoch}; se på begge dele igen.`,
        en: `${device} was never heard with ledger ${epoch}; look at both numbers again.`,
      });
    }
    if (stream.ended || this.successions.isSucceeded(stream)) return stream;
    throw new OrderError('conflict', {
      da: `${device} arbejder selv med hukommelse ${epoch} og sender selv sine poster; kun poster fra et udskiftet apparat tages ind.`,
      en: `${device} works with ledger ${epoch} itself, and sends its records by itself; only those of a unit that was replaced are taken in.`,
    });
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
    const taken = this.#take(this.#database.stream(device, epoch), reading, receivedMs);
    this.#alarmsOf(device, [taken]);
    if (taken.stored !== undefined) this.#quarantine.release(id);
  }

  #batch(device: string, message: MqttMessage, nowMs: number): Outcome {
    const { epoch, events } = decodeBatch(message.payload);
    const readings = events.map(readEvent);
    return this.#transaction(() => {
      this.#database.heard(device, nowMs);
      const stream = this.#database.stream(device, epoch);
      const taken = readings.map((reading) => this.#take(stream, reading, nowMs));
      const conflict = taken.find(({ conflict }) => conflict !== undefined)?.conflict;
      const disputed = conflict === undefined ? [] : this.#dispute(stream, conflict, message.topic, nowMs);
      const acknowledgement = this.#ledgers.stored(
        stream,
        taken.flatMap(({ seq }) => seq ?? []),
      );
      this.successions.settleIfWhole(stream, nowMs);
      return {
        device,
        contact: 'heard',
        ...(acknowledgement === undefined ? {} : { acknowledgement }),
        stored: taken.flatMap(({ stored }) => stored ?? []),
        alarmsChanged: this.#alarmsOf(device, taken) || disputed.length > 0,
        refusals: [...disputed, ...taken.flatMap(({ unreadable }) => unreadable ?? [])],
      };
    });
  }

  /** Only the first such record of a ledger is kept: the device still has them all. */
  #dispute(stream: Stream, { bytes, problem }: Conflict, topic: string, nowMs: number): string[] {
    if (!this.#ledgers.dispute(stream, nowMs)) return [];
    this.#database.refuse(topic, problem, bytes, nowMs);
    return [problem];
  }

  #take(stream: Stream, reading: Reading, nowMs: number): Taken {
    if ('problem' in reading) return this.#setAside(stream, reading, nowMs);
    const { seq, bytes, event = null } = reading;
    const id = this.#database.addEvent(stream, reading, nowMs);
    if (id === undefined) {
      const same = Buffer.compare(this.#database.eventBytes(stream, seq) ?? bytes, bytes) === 0;
      return same
        ? { seq }
        : { conflict: { seq, bytes, problem: `The number ${seq} was used for two different events.` } };
    }
    const changes =
      event === null ? [] : [this.#alarms.note(stream, id, event), this.successions.note(stream, event, nowMs)];
    const { device, epoch } = stream;
    return { seq, alarmsChanged: changes.includes(true), stored: { id, device, epoch, seq, receivedMs: nowMs, event } };
  }

  /** What one ledger says of a dose counts for those before it; but only once it is known which have ended. */
  #alarmsOf(device: string, taken: readonly Taken[]): boolean {
    const changed = taken.some(({ alarmsChanged }) => alarmsChanged === true);
    if (changed) this.#alarms.inherit(device);
    return changed;
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
      if (state.online === false)
        return this.#database.death(device, state.session) ? { ...nothing, contact: 'gone' } : nothing;
      this.#database.heard(device, nowMs);
      const before = this.#database.lastWord(device);
      const faultChanged = before.fault !== faultIn(state);
      if (state.online === 'lockedDown') {
        this.#database.lockedDown(device, state, nowMs);
        return { ...nothing, contact: 'heard', alarmsChanged: faultChanged };
      }
      this.#database.birth(device, state, nowMs);
      this.#reports.born(device, state.configVersion, state.configHash, nowMs);
      const stream = this.#database.stream(device, state.epoch);
      const fresh = state.session !== before.session;
      const changed = this.#ledgers.born(stream, state, fresh, nowMs);
      if (changed) this.#alarms.inherit(device);
      const acknowledgement = this.#ledgers.stored(this.#database.stream(device, state.epoch), []);
      return {
        ...nothing,
        contact: 'heard',
        ...(acknowledgement === undefined ? {} : { acknowledgement }),
        alarmsChanged: faultChanged || changed,
        pull: fresh ? 'connected' : 'alive',
      };
    });
  }

  #configReport(device: string, message: MqttMessage, nowMs: number): Outcome {
    const report = decodeConfigReport(message.payload);
    return this.#transaction((): Outcome => {
      this.#database.heard(device, nowMs);
      const { problem, again } = this.#reports.reported(device, report, nowMs);
      const told = this.#told(device, message, problem, nowMs);
      return again === true ? { ...told, pull: 'again' } : told;
    });
  }

  #commandAnswer(device: string, message: MqttMessage, nowMs: number): Outcome {
    const answer = decodeCommandAnswer(message.payload);
    return this.#transaction((): Outcome => {
      this.#database.heard(device, nowMs);
      return this.#told(device, message, takeAnswer(this.#commands, device, answer, nowMs), nowMs);
    });
  }

  #logPart(device: string, message: MqttMessage, nowMs: number): Outcome {
    const part = decodeLogPart(message.payload);
    return this.#transaction((): Outcome => {
      this.#database.heard(device, nowMs);
      const taken = this.#logs.take(device, part, nowMs);
      if ('problem' in taken) return this.#told(device, message, taken.problem, nowMs);
      const contact = { device, contact: 'heard' as const, stored: [], alarmsChanged: false, refusals: [] };
      return taken.complete ? { ...contact, ordersChanged: true } : contact;
    });
  }

  /** What does not fit what was asked is kept beside it, for a person to look at. */
  #told(device: string, { topic, payload }: MqttMessage, problem: string | undefined, nowMs: number): Outcome {
    if (problem !== undefined) this.#database.refuse(topic, problem, payload, nowMs);
    const refusals = problem === undefined ? [] : [problem];
    return { device, contact: 'heard', stored: [], alarmsChanged: false, ordersChanged: true, refusals };
  }

  #transaction<T>(body: () => T): T {
    try {
      return this.#database.transaction(body);
    } catch (error) {
      this.#ledgers.forget();
      throw error;
    }
  }

  #refuse(message: MqttMessage, reason: string, nowMs: number): Outcome {
    this.#database.transaction(() => this.#database.refuse(message.topic, reason, message.payload, nowMs));
    return { stored: [], alarmsChanged: false, refusals: [reason] };
  }
}

type Reading = Arrival | Unreadable;

/** An event whose number belongs to another one already. */
interface Conflict {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly problem: string;
}

/** What became of one event of a batch; with `seq` it is in the database, whether by this batch or before. */
interface Taken {
  readonly seq?: number;
  readonly stored?: StoredEvent;
  readonly alarmsChanged?: boolean;
  readonly conflict?: Conflict;
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
