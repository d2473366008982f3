import type { MqttMessage } from '../../hal/ports/mqtt.ts';
import { AckTracker } from '../../protocol/ack-tracker.ts';
import { encodeAck } from '../../protocol/messages/ack.ts';
import { decodeBatch } from '../../protocol/messages/batch.ts';
import type { ConfigDocument } from '../../protocol/messages/config.ts';
import { type DeviceEvent, decodeEvent, readSeq } from '../../protocol/messages/event.ts';
import { type Handover, handedFates } from '../../protocol/messages/handover.ts';
import { decodeState } from '../../protocol/messages/state.ts';
import { parseTopic, topicOf } from '../../protocol/topics.ts';
import type { SimBroker } from '../device/broker.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { ReferenceDose } from '../prescription/reference-schedule.ts';
import { CentreOrders } from './centre-orders.ts';
import { doseIn, fateIn } from './diary.ts';

/** From receiving a batch to having it durably stored and acknowledged. */
const commitMs = 5;

/** One event as the centre holds it. */
export interface StoredEvent {
  readonly epoch: number;
  readonly seq: number;
  readonly event: DeviceEvent;
  readonly bytes: Uint8Array;
  readonly receivedMs: number;
}

/** What the centre noticed about the wire. */
export interface CentreFinding {
  readonly invariant: string;
  readonly detail: string;
}

export interface CentreAround {
  readonly device: string;
  /** What the unit was provisioned with. */
  readonly config: ConfigDocument;
  readonly timeline: Timeline;
  readonly broker: SimBroker;
  readonly found: (finding: CentreFinding) => void;
}

interface Epoch {
  readonly tracker: AckTracker;
  readonly events: Map<number, StoredEvent>;
}

/**
 * A service centre in miniature: decodes batches, stores every event once under (epoch, seq), and acknowledges what
 * it has without a gap. It trusts nothing: the same number with other bytes is a finding.
 */
export class SimCentre {
  readonly #device: string;
  readonly #timeline: Timeline;
  readonly #broker: SimBroker;
  readonly #found: (finding: CentreFinding) => void;
  readonly #epochs = new Map<number, Epoch>();
  readonly #fates = new Map<string, string>();
  readonly orders: CentreOrders;
  #presence: Pick<Handover, 'presence' | 'until'> & { readonly seq: number } = { seq: 0, presence: 'home' };
  /** When a dose was taken last, epoch seconds. */
  #lastDoseAt: number | undefined;
  readonly #alarms = new Map<string, { readonly seq: number; readonly raised: boolean }>();
  online = false;
  /** When the unit itself was heard last. */
  #heardMs = 0;
  /** Of the latest birth; acknowledgements are for it. */
  #session = 0;
  /** What a unit that is locked down says of itself; undefined for one that runs. */
  #lockdown: string | undefined;

  constructor({ device, config, timeline, broker, found }: CentreAround) {
    this.#device = device;
    this.#timeline = timeline;
    this.#broker = broker;
    this.#found = found;
    broker.onMessage = (message) => this.#receive(message);
    this.orders = new CentreOrders({
      device,
      config,
      nowMs: () => timeline.nowMs,
      presence: () => this.#presence.presence,
      send: (channel, payload) => broker.fromCentre({ topic: topicOf(device, channel), payload }),
    });
  }

  get epochs(): readonly number[] {
    return [...this.#epochs.keys()];
  }

  /** Every stored event of one epoch, by sequence number. */
  events(epoch: number): ReadonlyMap<number, StoredEvent> {
    return this.#epochs.get(epoch)?.events ?? new Map();
  }

  ackedThrough(epoch: number): number {
    return this.#epochs.get(epoch)?.tracker.ackedThrough ?? 0;
  }

  /** Whether the centre has stored that a dose came to this end. */
  knows(dose: string, fate: string): boolean {
    return this.#fates.get(dose) === fate;
  }

  /** The end of a dose as the centre knows it. */
  fateOf(dose: string): string | undefined {
    return this.#fates.get(dose);
  }

  /** Whether an alarm stands at the centre; the latest word by sequence number counts, however late it came. */
  isRaised(code: string, dose?: string): boolean {
    if (code === this.#lockdown) return true;
    for (const [key, alarm] of this.#alarms) {
      if (alarm.raised && (key === `${code} ${dose ?? ''}` || (dose === undefined && key.startsWith(`${code} `))))
        return true;
    }
    return false;
  }

  /** Every alarm that stands, `code` or `code slot/date`. */
  get raised(): string[] {
    const alarms = [...this.#alarms].filter(([, alarm]) => alarm.raised).map(([key]) => key.trim());
    return this.#lockdown === undefined ? alarms : [...alarms, this.#lockdown];
  }

  /** What the centre can tell of a unit that is silent, to the one that takes its place. */
  handover(planned: readonly ReferenceDose[], heir: Uint8Array): Handover {
    const epoch = this.epochs.at(-1) ?? 0;
    const { presence, until } = this.#presence;
    return {
      device: this.#device,
      epoch,
      source: 'centre',
      at: Math.floor(this.#heardMs / 1000),
      lastSeq: Math.max(0, ...this.events(epoch).keys()),
      doses: planned.flatMap(({ key, slot, date, opensMs, dueMs, closesMs, sachets }) => {
        const fate = handedFates.find((known) => known === this.#fates.get(key));
        if (fate === undefined) return [];
        return [{ slot, date, fate, opensAt: opensMs / 1000, dueAt: dueMs / 1000, closesAt: closesMs / 1000, sachets }];
      }),
      presence,
      ...(until === undefined ? {} : { until }),
      ...(this.#lastDoseAt === undefined ? {} : { lastDoseAt: this.#lastDoseAt }),
      heir,
      plan: this.orders.versionInForce,
    };
  }

  /** The records of a unit that was taken away, as somebody has read them out at its cable. */
  takeIn(epoch: number, bodies: readonly Uint8Array[]): void {
    for (const body of bodies) this.#storeEvent(epoch, body);
  }

  #receive(message: MqttMessage): void {
    const topic = parseTopic(message.topic);
    if (topic?.device !== this.#device)
      return this.#complain('wire-is-readable', `a message on the topic ${message.topic}`);
    if (topic.channel === 'up/state') return this.#noteState(message.payload);
    if (topic.channel === 'up/event') return this.#storeBatch(message.payload);
    if (topic.channel === 'up/config' || topic.channel === 'up/command')
      return this.#noteAnswer(topic.channel, message.payload);
    this.#complain('wire-is-readable', `a unit published on ${topic.channel}`);
  }

  #noteState(payload: Uint8Array): void {
    try {
      const state = decodeState(payload);
      this.online = state.online !== false;
      if (this.online) this.#heardMs = this.#timeline.nowMs;
      if (state.online !== false) this.#session = state.session;
      if (state.online === true) this.orders.born(state);
      // The broker, which tells that a unit is gone, knows nothing of its fault.
      if (state.online !== false) this.#lockdown = state.online === 'lockedDown' ? state.fault : undefined;
    } catch (error) {
      this.#complain('wire-is-readable', `a state that does not decode: ${String(error)}`);
    }
  }

  #noteAnswer(channel: 'up/config' | 'up/command', payload: Uint8Array): void {
    try {
      if (channel === 'up/config') this.orders.reported(payload);
      else this.orders.answered(payload);
    } catch (error) {
      this.#complain('wire-is-readable', `an answer that does not decode: ${String(error)}`);
    }
  }

  #storeBatch(payload: Uint8Array): void {
    try {
      const batch = decodeBatch(payload);
      for (const bytes of batch.events) this.#storeEvent(batch.epoch, bytes);
      this.#timeline.after(commitMs, () => this.#acknowledge(batch.epoch));
    } catch (error) {
      this.#complain('wire-is-readable', `a batch that does not decode: ${String(error)}`);
    }
  }

  #storeEvent(epochId: number, bytes: Uint8Array): void {
    const epoch = this.#epochOf(epochId);
    const seq = readSeq(bytes);
    const known = epoch.events.get(seq);
    if (known !== undefined) {
      if (!sameBytes(known.bytes, bytes)) {
        this.#complain('acknowledged-record-stays', `event ${seq} came again with other content (${known.event.type})`);
      }
      return;
    }
    const stored: StoredEvent = {
      epoch: epochId,
      seq,
      event: decodeEvent(bytes),
      bytes,
      receivedMs: this.#timeline.nowMs,
    };
    epoch.events.set(seq, stored);
    epoch.tracker.stored(seq);
    // What stands now, the unit that stands there now says.
    if (epochId === this.epochs.at(-1)) {
      this.#noteAlarm(stored);
      this.#notePresence(stored);
    }
    this.#noteFate(stored.event);
  }

  #noteAlarm({ event, seq }: StoredEvent): void {
    if (event.type !== 'alarm.raised' && event.type !== 'alarm.cleared') return;
    const key = `${event.code} ${doseIn(event) ?? ''}`;
    if ((this.#alarms.get(key)?.seq ?? 0) < seq) this.#alarms.set(key, { seq, raised: event.type === 'alarm.raised' });
  }

  #notePresence({ event, seq }: StoredEvent): void {
    if (event.type !== 'presence.changed' || seq < this.#presence.seq) return;
    const { presence, until } = event;
    this.#presence = { seq, presence, ...(until === undefined ? {} : { until }) };
  }

  #noteFate(event: DeviceEvent): void {
    const fate = fateIn(event);
    const dose = doseIn(event);
    if (fate !== undefined && dose !== undefined) this.#fates.set(dose, fate);
    if (fate === 'taken' || fate === 'released') this.#lastDoseAt = Math.max(event.at, this.#lastDoseAt ?? 0);
  }

  #acknowledge(epoch: number): void {
    const payload = encodeAck({ epoch, ackedThrough: this.ackedThrough(epoch), session: this.#session });
    this.#broker.fromCentre({ topic: topicOf(this.#device, 'down/ack'), payload });
  }

  #epochOf(id: number): Epoch {
    let epoch = this.#epochs.get(id);
    if (epoch === undefined) {
      epoch = { tracker: new AckTracker(), events: new Map() };
      this.#epochs.set(id, epoch);
      this.#alarms.clear();
      this.#presence = { ...this.#presence, seq: 0 };
    }
    return epoch;
  }

  #complain(invariant: string, detail: string): void {
    this.#found({ invariant, detail });
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
