import type { Entropy } from '../../hal/ports/entropy.ts';
import type { MqttEvent, MqttMessage } from '../../hal/ports/mqtt.ts';
import { batchBytesMax } from '../../protocol/limits.ts';
import { decodeAck } from '../../protocol/messages/ack.ts';
import { encodeBatch } from '../../protocol/messages/batch.ts';
import { encodeState } from '../../protocol/messages/state.ts';
import { type Channel, topicOf } from '../../protocol/topics.ts';
import type { ByteSource } from '../domain/byte-source.ts';
import { LOCKING } from '../domain/lockout.ts';
import type { Memory, Registers } from '../domain/memory.ts';
import type { Settings } from '../domain/settings.ts';
import type { LinkEvent, Stamp } from '../machine/events.ts';
import { Connection, type LinkEffect } from './connection.ts';
import { type Outbox, OutboxCursor } from './outbox-cursor.ts';
import { Uploads } from './uploads.ts';

export type { LinkEffect } from './connection.ts';
export type { Outbox } from './outbox-cursor.ts';

/** How long a connected unit is silent at most, unless told; the centre calls it gone after a little more than twice this. */
export const ALIVE_MS = 8_000;
/** Answers that wait for room on the line; the centre asks again for what is lost. */
const REPLIES_MAX = 16;

/** What follows from a look at the clock and the outbox. */
export interface Pumped {
  readonly effects: readonly LinkEffect[];
  readonly events: readonly LinkEvent[];
}

const IDLE: Pumped = { effects: [], events: [] };

/** What the link needs to know of the unit: how far the centre has stored, and what a birth says. */
export interface Standing {
  readonly settings: Pick<Settings, 'version'>;
  readonly configHash: Memory['configHash'];
  readonly alarms: Memory['alarms'];
  readonly registers: Pick<Registers, 'ackedThrough'>;
}

export interface Birth {
  readonly device: string;
  readonly epoch: number;
  readonly boot: number;
  readonly firmware: string;
  /** How long a connected unit with nothing to send is silent at most; the broker's own pings do not reach the centre. */
  readonly aliveMs: number;
}

/** A signed document, as it came down; nobody has looked at it yet. */
export interface ReceivedOrder {
  readonly type: 'order.received';
  readonly order: 'config' | 'command';
  readonly payload: Uint8Array;
}

/** Where the answer to each goes. */
const REPLY_CHANNEL = { config: 'up/config', command: 'up/command' } as const;

/**
 * Carries the outbox to the centre, and orders from it: alarms first, a bounded window, jittered reconnects, and nothing
 * counted as delivered before the centre itself has said so. Forgets everything at a restart; the ledger does not.
 */
export class Link {
  readonly #outbox: Outbox;
  readonly #birth: Birth;
  readonly #connection: Connection;
  readonly #cursor: OutboxCursor;
  readonly #replies: MqttMessage[] = [];
  readonly #uploads = new Uploads();
  #born = false;
  #strayAcks = 0;
  #aliveAtMonoMs = Number.POSITIVE_INFINITY;

  constructor(outbox: Outbox, entropy: Entropy, birth: Birth) {
    this.#outbox = outbox;
    this.#birth = birth;
    this.#connection = new Connection(entropy);
    this.#cursor = new OutboxCursor(outbox);
  }

  /** Acknowledgements since the start that were not for this connection and what this unit has written. */
  get strayAcks(): number {
    return this.#strayAcks;
  }

  /** What a happening on the wire means. @throws ProtocolError for a malformed acknowledgement. */
  handle(event: MqttEvent, stamp: Stamp): (LinkEvent | ReceivedOrder)[] {
    switch (event.type) {
      case 'mqtt.connected':
        if (!this.#connection.opened(event.grant, batchBytesMax, stamp)) return [];
        this.#born = false;
        this.#cursor.restart();
        return [{ type: 'link.up' }];
      case 'mqtt.disconnected':
        return this.#retreat(stamp);
      case 'mqtt.published':
        this.#connection.published(event.id, stamp);
        this.#uploads.taken(event.id);
        return [];
      case 'mqtt.message':
        return this.#received(event.message);
    }
  }

  /** Answers the centre as soon as there is room, while there is a connection; it asks again after the next birth. */
  reply(order: ReceivedOrder['order'], payload: Uint8Array): void {
    if (!this.#connection.isConnected) return;
    this.#replies.push({ topic: this.#topic(REPLY_CHANNEL[order]), payload });
    if (this.#replies.length > REPLIES_MAX) this.#replies.shift();
  }

  /** Sends what a command asked for, whenever there is nothing else to send; `pump` tells when it has come to its end. */
  upload(command: number, open: () => ByteSource): void {
    this.#uploads.add(command, open);
  }

  /**
   * What to send now, and what the machine is to hear of a broker whose silence lasted too long. The memory tells how
   * far the centre has stored, and what a birth says of settings and faults.
   */
  pump(stamp: Stamp, memory: Standing): Pumped {
    const connection = this.#connection;
    if (connection.isWaiting(stamp)) return IDLE;
    if (connection.isToConnect(stamp)) return { effects: [this.#connect(stamp, memory)], events: [] };
    if (connection.isOverdue(stamp)) {
      return { effects: [{ type: 'mqtt.disconnect' }], events: this.#retreat(stamp) };
    }
    if (!connection.isConnected) return IDLE;
    const effects: LinkEffect[] = [];
    const quiet = stamp.monoMs >= this.#aliveAtMonoMs && connection.isIdle;
    if (!this.#born || quiet) effects.push(this.#announce(memory, stamp));
    if (this.#cursor.watch(stamp)) connection.proved();
    this.#fill(effects, stamp);
    return { effects, events: this.#uploads.ended() };
  }

  /** Milliseconds until the link wants to be pumped without anything happening; null: not at all. */
  untilNextDeadline(stamp: Stamp): number | null {
    const connection = this.#connection;
    // While something is on its way, its answer will be sign of life enough.
    const aliveAtMonoMs = connection.isIdle ? this.#aliveAtMonoMs : Number.POSITIVE_INFINITY;
    const mine = connection.isConnected
      ? Math.min(this.#cursor.resendAtMonoMs, aliveAtMonoMs)
      : Number.POSITIVE_INFINITY;
    const atMonoMs = Math.min(connection.nextMonoMs(), mine);
    return Number.isFinite(atMonoMs) ? Math.max(0, atMonoMs - stamp.monoMs) : null;
  }

  #connect(stamp: Stamp, { registers }: Standing): LinkEffect {
    this.#cursor.expect(registers.ackedThrough);
    return this.#connection.connect(stamp, (session) => ({
      will: { topic: this.#topic('up/state'), payload: encodeState({ online: false, session }) },
      subscriptions: [this.#topic('down/ack'), this.#topic('down/config'), this.#topic('down/command')],
    }));
  }

  #retreat(stamp: Stamp): LinkEvent[] {
    this.#replies.length = 0;
    this.#uploads.lost();
    return this.#connection.retreat(stamp) ? [{ type: 'link.down' }] : [];
  }

  #received({ topic, payload }: MqttMessage): (LinkEvent | ReceivedOrder)[] {
    if (topic === this.#topic('down/config')) return [{ type: 'order.received', order: 'config', payload }];
    if (topic === this.#topic('down/command')) return [{ type: 'order.received', order: 'command', payload }];
    if (topic !== this.#topic('down/ack')) return [];
    const { epoch, ackedThrough, session } = decodeAck(payload);
    // One for an earlier connection, or for another unit of this name or another ledger, says nothing about ours.
    const meant = session === this.#connection.session && epoch === this.#birth.epoch;
    if (!meant || !this.#cursor.hear(ackedThrough)) {
      this.#strayAcks += 1;
      return [];
    }
    return [{ type: 'link.acknowledged', epoch, through: ackedThrough }];
  }

  #announce({ settings, configHash, alarms, registers }: Standing, stamp: Stamp): LinkEffect {
    this.#born = true;
    this.#aliveAtMonoMs = stamp.monoMs + silenceMs(this.#birth.aliveMs, this.#connection.session);
    const fault = [...alarms.values()].find(({ code }) => LOCKING.includes(code))?.code;
    const { epoch, boot, firmware } = this.#birth;
    const payload = encodeState({
      online: true,
      session: this.#connection.session,
      epoch,
      boot,
      firmware,
      firstSeq: this.#outbox.firstSeq,
      lastSeq: this.#outbox.lastSeq,
      ackedThrough: registers.ackedThrough,
      configVersion: settings.version,
      ...(configHash === null ? {} : { configHash }),
      ...(fault === undefined ? {} : { fault }),
    });
    return this.#connection.publish({ topic: this.#topic('up/state'), payload }, stamp);
  }

  #fill(effects: LinkEffect[], stamp: Stamp): void {
    const connection = this.#connection;
    while (connection.hasRoom) {
      const reply = this.#replies.shift();
      const message = reply ?? this.#nextBatch(stamp);
      if (message === null) return this.#fillUp(effects, stamp);
      effects.push(connection.publish(message, stamp));
    }
  }

  /** Of what is not pressing one message at a time, so that an alarm finds room in the window. */
  #fillUp(effects: LinkEffect[], stamp: Stamp): void {
    const payload = this.#uploads.next(this.#connection.bytesMax);
    if (payload === null) return;
    const effect = this.#connection.publish({ topic: this.#topic('up/log'), payload }, stamp);
    if (effect.type === 'mqtt.publish') this.#uploads.sent(effect.id);
    effects.push(effect);
  }

  #nextBatch(stamp: Stamp): MqttMessage | null {
    const rows = this.#cursor.next(this.#connection.bytesMax, stamp);
    if (rows.length === 0) return null;
    const payload = encodeBatch({ epoch: this.#birth.epoch, events: rows.map(({ body }) => body) });
    return { topic: this.#topic('up/event'), payload };
  }

  #topic(channel: Channel): string {
    return topicOf(this.#birth.device, channel);
  }
}

/**
 * How long one connection is silent between its signs of life: the lot that gave it its number takes off up to a quarter,
 * so that units which were born together, when their broker came back, do not go on speaking in chorus.
 */
function silenceMs(aliveMs: number, session: number): number {
  return Number.isFinite(aliveMs) ? aliveMs - (session % Math.ceil(aliveMs / 4)) : aliveMs;
}
