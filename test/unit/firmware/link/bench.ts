import { Link, type LinkEffect, type Standing } from '../../../../firmware/link/link.ts';
import type { LinkEvent } from '../../../../firmware/machine/events.ts';
import { encodeAck } from '../../../../protocol/messages/ack.ts';
import { decodeBatch } from '../../../../protocol/messages/batch.ts';
import { type DeviceEvent, encodeEvent, eventPriority, readSeq } from '../../../../protocol/messages/event.ts';
import { decodeState } from '../../../../protocol/messages/state.ts';
import { SECOND } from '../rig.ts';

type Unnumbered = DeviceEvent extends infer E ? (E extends DeviceEvent ? Omit<E, 'seq'> : never) : never;
const HISTORY: Unnumbered = { type: 'bin.emptied', at: 1 };
export const ALARM: Unnumbered = { type: 'alarm.raised', at: 1, code: 'tamper' };

export const UP = 'd/DD-0042/up';
export const ACK_TOPIC = 'd/DD-0042/down/ack';

/** The first wait between two connections is no longer. */
export const SOON = 8 * SECOND;

export const GRANT = { sessionPresent: false, receiveMaximum: 20, packetBytesMax: 65_536 };

/** The ledger's outbox without a ledger. */
export class Records {
  readonly bodies: Uint8Array[] = [];
  readonly urgent: boolean[] = [];
  /** Moves up when the log is pruned. */
  firstSeq = 1;

  get lastSeq(): number {
    return this.bodies.length;
  }

  add(count: number, event: Unnumbered = HISTORY): void {
    for (let more = 0; more < count; more += 1) {
      this.bodies.push(encodeEvent({ ...event, seq: this.lastSeq + 1 } as DeviceEvent));
      this.urgent.push(eventPriority(event.type) === 'alarm');
    }
  }

  unsent(after: number, limit: number) {
    const from = Math.max(after, this.firstSeq - 1);
    return this.bodies.slice(from, from + limit).map((body, index) => ({ seq: from + index + 1, body }));
  }

  unsentAlarms(after: number, limit: number) {
    const rows = this.bodies.map((body, index) => ({ seq: index + 1, body }));
    return rows.filter(({ seq }) => seq > after && seq >= this.firstSeq && this.urgent[seq - 1]).slice(0, limit);
  }
}

/** A unit without alarms, as far as the link asks. */
export function standing(version: number, ackedThrough: number): Standing {
  return { settings: { version }, configHash: null, alarms: new Map(), registers: { ackedThrough } };
}

type Heard = ReturnType<Link['handle']>;

/** A link, its outbox and the wire's other end, by hand. */
export class Bench {
  readonly records = new Records();
  readonly sent: LinkEffect[] = [];
  /** What the machine was told while the link was pumped. */
  readonly told: LinkEvent[] = [];
  readonly link: Link;
  monoMs = 0;
  acked = 0;
  /** Of the last attempt at a connection. */
  session = 0;
  /** What the next draw gives, as a share of its bound. */
  luck = 0.5;
  /** Gives `luck`, unless a test wants it to change from draw to draw. */
  draw = () => this.luck;

  constructor(aliveMs = Number.POSITIVE_INFINITY) {
    const entropy = { below: (bound: number) => Math.min(bound - 1, Math.floor(bound * this.draw())) };
    this.link = new Link(this.records, entropy, {
      device: 'DD-0042',
      epoch: 7,
      boot: 3,
      firmware: '0.1.0',
      aliveMs,
    });
  }

  get stamp() {
    return { wallMs: 0, monoMs: this.monoMs, trusted: true };
  }

  pump(): LinkEffect[] {
    const { effects, events } = this.link.pump(this.stamp, standing(4, this.acked));
    this.sent.push(...effects);
    for (const effect of effects) if (effect.type === 'mqtt.connect') this.session = stateIn(effect)?.session ?? 0;
    this.told.push(...events);
    return [...effects];
  }

  wait(ms: number): LinkEffect[] {
    this.monoMs += ms;
    return this.pump();
  }

  connect(receiveMaximum = 20, packetBytesMax = GRANT.packetBytesMax): LinkEffect[] {
    this.pump();
    return this.reach(receiveMaximum, packetBytesMax);
  }

  reach(receiveMaximum = 20, packetBytesMax = GRANT.packetBytesMax): LinkEffect[] {
    const grant = { ...GRANT, receiveMaximum, packetBytesMax };
    this.link.handle({ type: 'mqtt.connected', grant }, this.stamp);
    return this.pump();
  }

  lose(): Heard {
    return this.link.handle({ type: 'mqtt.disconnected', reason: 'gone' }, this.stamp);
  }

  /** The broker has taken these messages. */
  taken(...effects: LinkEffect[]): LinkEffect[] {
    for (const effect of effects) {
      if (effect.type === 'mqtt.publish') this.link.handle({ type: 'mqtt.published', id: effect.id }, this.stamp);
    }
    return this.pump();
  }

  hear(payload: Uint8Array, topic = ACK_TOPIC): Heard {
    const events = this.link.handle({ type: 'mqtt.message', message: { topic, payload } }, this.stamp);
    for (const event of events)
      if (event.type === 'link.acknowledged') this.acked = Math.max(this.acked, event.through);
    return events;
  }

  acknowledge(ackedThrough: number, epoch = 7): Heard {
    return this.hear(encodeAck({ epoch, ackedThrough, session: this.session }));
  }
}

const isEvents = (effect: LinkEffect) => effect.type === 'mqtt.publish' && effect.message.topic === `${UP}/event`;

/** The numbers that a message to the centre carries. */
export function seqs(effect: LinkEffect): number[] {
  if (effect.type !== 'mqtt.publish' || !isEvents(effect)) return [];
  return decodeBatch(effect.message.payload).events.map(readSeq);
}

export const allSeqs = (effects: readonly LinkEffect[]): number[] => effects.flatMap(seqs);
export const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

export function stateIn(effect: LinkEffect | undefined) {
  if (effect?.type === 'mqtt.connect') return decodeState(effect.session.will.payload);
  if (effect?.type === 'mqtt.publish' && effect.message.topic === `${UP}/state`)
    return decodeState(effect.message.payload);
  return undefined;
}
