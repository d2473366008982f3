import type { Entropy } from '../../hal/ports/entropy.ts';
import type { MqttEvent, MqttGrant, MqttMessage, MqttSession } from '../../hal/ports/mqtt.ts';
import { batchBytesMax, batchEventsMax } from '../../protocol/limits.ts';
import { decodeAck } from '../../protocol/messages/ack.ts';
import { encodeBatch } from '../../protocol/messages/batch.ts';
import { encodeState } from '../../protocol/messages/state.ts';
import { topicOf } from '../../protocol/topics.ts';
import { LOCKING } from '../domain/lockout.ts';
import type { Memory, Registers } from '../domain/memory.ts';
import type { Settings } from '../domain/settings.ts';
import type { LogRow } from '../ledger/ledger.ts';
import type { LinkEvent, Stamp } from '../machine/events.ts';
import { Backoff } from './backoff.ts';

/** What MQTT itself needs of a packet: fixed header, topic, packet identifier, properties. */
const PACKET_BYTES = 128;
/** Messages on their way to the broker at one time, whatever more it would grant. */
const IN_FLIGHT_MAX = 10;
const CONNECT_MS_MAX = 30_000;
/** A broker that owes us an answer to something published, and has given none for so long, is left. */
const PUBACK_MS_MAX = 30_000;
/** A connection that lasted so long was a good one; longer than a mute broker is borne. */
const STEADY_MS_MIN = 60_000;
/** Without progress of the centre's acknowledgement, everything unacknowledged is sent again after this long. */
const RESEND_MS_MIN = 30_000;
const RESEND_MS_MAX = 300_000;
/** How often a connected unit says that it is there, unless told; the centre calls it gone after twice this. */
export const ALIVE_MS = 20_000;

/** What the link asks of the MQTT port. */
export type LinkEffect =
  | { readonly type: 'mqtt.connect'; readonly session: MqttSession }
  | { readonly type: 'mqtt.publish'; readonly id: number; readonly message: MqttMessage }
  | { readonly type: 'mqtt.disconnect' };

/** What follows from a look at the clock and the outbox. */
export interface Pumped {
  readonly effects: readonly LinkEffect[];
  readonly events: readonly LinkEvent[];
}

const IDLE: Pumped = { effects: [], events: [] };

/** What the link reads of the ledger: the outbox is the log's unacknowledged end, and what stands before it as a reserve. */
export interface Outbox {
  readonly firstSeq: number;
  readonly lastSeq: number;
  unsent(after: number, limit: number): LogRow[];
  unsentAlarms(after: number, limit: number): LogRow[];
}

/** What the link needs to know of the unit: how far the centre has stored, and what a birth says. */
export interface Standing {
  readonly settings: Pick<Settings, 'version'>;
  readonly alarms: Memory['alarms'];
  readonly registers: Pick<Registers, 'ackedThrough'>;
}

export interface Birth {
  readonly device: string;
  readonly epoch: number;
  readonly boot: number;
  readonly firmware: string;
  /** How often a connected unit with nothing to send says that it is there; the broker's own pings do not reach the centre. */
  readonly aliveMs: number;
}

type Phase =
  | { readonly name: 'waiting'; readonly untilMonoMs: number }
  | { readonly name: 'connecting'; readonly sinceMonoMs: number }
  | {
      readonly name: 'connected';
      readonly sinceMonoMs: number;
      readonly window: number;
      /** What one batch may carry. */
      readonly bytesMax: number;
    };

/**
 * Carries the outbox to the centre: alarms first, a bounded window, jittered reconnects, and nothing counted as
 * delivered before the centre itself has said so. Waits for no answer without end. Forgets everything at a restart; the
 * ledger does not.
 *
 * A centre that acknowledges less than it did (its database was put back from a copy) is sent again what follows, from
 * the log: at once the first time in a connection, then no sooner than after a silence. What the log has pruned is not
 * there any more; the next birth says so. The cursor in the ledger stays. A centre that acknowledges nothing (it
 * disputes the ledger) gets everything unacknowledged again and again, every five minutes in the end.
 */
export class Link {
  readonly #outbox: Outbox;
  readonly #entropy: Entropy;
  readonly #backoff: Backoff;
  readonly #birth: Birth;
  readonly #topics: { readonly event: string; readonly state: string; readonly ack: string };
  #phase: Phase = { name: 'waiting', untilMonoMs: 0 };
  #session = 0;
  #born = false;
  #nextId = 1;
  readonly #inFlight = new Set<number>();
  /** Since when the broker owes us its next answer, while anything is in flight. */
  #owedMonoMs = 0;
  #sentThrough = 0;
  #alarmsSentThrough = 0;
  /** The centre's latest word of this connection, and the ledger's before that. */
  #heardThrough = 0;
  #ackedSeen = 0;
  /** Whether the centre has been sent acknowledged records again in this connection. */
  #recalled = false;
  #resendAtMonoMs = Number.POSITIVE_INFINITY;
  #resendMs = RESEND_MS_MIN;
  #aliveAtMonoMs = Number.POSITIVE_INFINITY;

  constructor(outbox: Outbox, entropy: Entropy, birth: Birth) {
    this.#outbox = outbox;
    this.#entropy = entropy;
    this.#backoff = new Backoff(entropy);
    this.#birth = birth;
    this.#topics = {
      event: topicOf(birth.device, 'up/event'),
      state: topicOf(birth.device, 'up/state'),
      ack: topicOf(birth.device, 'down/ack'),
    };
  }

  /** What a happening on the wire means to the machine. @throws ProtocolError for a malformed acknowledgement. */
  handle(event: MqttEvent, stamp: Stamp): LinkEvent[] {
    switch (event.type) {
      case 'mqtt.connected':
        return this.#connected(event.grant, stamp);
      case 'mqtt.disconnected':
        return this.#retreat(stamp);
      case 'mqtt.published':
        if (this.#inFlight.delete(event.id)) this.#owedMonoMs = stamp.monoMs;
        return [];
      case 'mqtt.message':
        return this.#received(event.message);
    }
  }

  /**
   * What to send now, and what the machine is to hear of a broker whose silence lasted too long. The memory tells how
   * far the centre has stored, and what a birth says of settings and faults.
   */
  pump(stamp: Stamp, memory: Standing): Pumped {
    if (this.#phase.name === 'waiting') {
      return stamp.monoMs < this.#phase.untilMonoMs ? IDLE : { effects: [this.#connect(stamp, memory)], events: [] };
    }
    if (stamp.monoMs >= this.#patienceMonoMs()) {
      return { effects: [{ type: 'mqtt.disconnect' }], events: this.#retreat(stamp) };
    }
    if (this.#phase.name === 'connecting') return IDLE;
    const effects: LinkEffect[] = [];
    const quiet = stamp.monoMs >= this.#aliveAtMonoMs && this.#inFlight.size === 0;
    if (!this.#born || quiet) effects.push(this.#announce(memory, stamp));
    this.#watchProgress(stamp);
    this.#fill(effects, this.#phase, stamp);
    return { effects, events: [] };
  }

  /** Milliseconds until the link wants to be pumped without anything happening; null: not at all. */
  untilNextDeadline(stamp: Stamp): number | null {
    const atMonoMs = this.#nextMonoMs();
    return Number.isFinite(atMonoMs) ? Math.max(0, atMonoMs - stamp.monoMs) : null;
  }

  #nextMonoMs(): number {
    const phase = this.#phase;
    if (phase.name === 'waiting') return phase.untilMonoMs;
    // While something is on its way, its answer will be sign of life enough.
    const aliveAtMonoMs = this.#inFlight.size === 0 ? this.#aliveAtMonoMs : Number.POSITIVE_INFINITY;
    return Math.min(
      this.#patienceMonoMs(),
      ...(phase.name === 'connected' ? [this.#resendAtMonoMs, aliveAtMonoMs] : []),
    );
  }

  /** When the broker's silence has lasted too long. */
  #patienceMonoMs(): number {
    const phase = this.#phase;
    if (phase.name === 'connecting') return phase.sinceMonoMs + CONNECT_MS_MAX;
    // Counted from its last answer, not from the oldest message: a slow line may need long for a full window.
    if (phase.name === 'connected' && this.#inFlight.size > 0) return this.#owedMonoMs + PUBACK_MS_MAX;
    return Number.POSITIVE_INFINITY;
  }

  #connect(stamp: Stamp, { registers }: Standing): LinkEffect {
    this.#ackedSeen = registers.ackedThrough;
    this.#heardThrough = registers.ackedThrough;
    this.#phase = { name: 'connecting', sinceMonoMs: stamp.monoMs };
    this.#session = 1 + this.#entropy.below(0xffff_fffe);
    const death = encodeState({ online: false, session: this.#session });
    return {
      type: 'mqtt.connect',
      session: { will: { topic: this.#topics.state, payload: death }, subscriptions: [this.#topics.ack] },
    };
  }

  #connected(grant: MqttGrant, stamp: Stamp): LinkEvent[] {
    if (this.#phase.name !== 'connecting') return [];
    const window = Math.max(1, Math.min(grant.receiveMaximum, IN_FLIGHT_MAX));
    const bytesMax = Math.min(batchBytesMax, grant.packetBytesMax - PACKET_BYTES);
    this.#phase = { name: 'connected', sinceMonoMs: stamp.monoMs, window, bytesMax };
    this.#born = false;
    this.#recalled = false;
    this.#rewind();
    return [{ type: 'link.up' }];
  }

  /** Leaves the connection, or the attempt at one, until the next. */
  #retreat(stamp: Stamp): LinkEvent[] {
    const phase = this.#phase;
    if (phase.name === 'waiting') return [];
    // A broker that welcomes and hangs up at once would otherwise be called on every second.
    if (phase.name === 'connected' && stamp.monoMs >= phase.sinceMonoMs + STEADY_MS_MIN) this.#backoff.reset();
    this.#phase = { name: 'waiting', untilMonoMs: stamp.monoMs + this.#backoff.nextMs() };
    this.#inFlight.clear();
    return phase.name === 'connected' ? [{ type: 'link.down' }] : [];
  }

  #received(message: MqttMessage): LinkEvent[] {
    if (message.topic !== this.#topics.ack) return [];
    const { epoch, ackedThrough } = decodeAck(message.payload);
    // An acknowledgement of another ledger, or of records not yet written, says nothing about ours.
    if (epoch !== this.#birth.epoch || ackedThrough > this.#outbox.lastSeq) return [];
    this.#heardThrough = ackedThrough;
    return [{ type: 'link.acknowledged', epoch, through: ackedThrough }];
  }

  #announce({ settings, alarms, registers }: Standing, stamp: Stamp): LinkEffect {
    this.#born = true;
    this.#aliveAtMonoMs = stamp.monoMs + this.#birth.aliveMs;
    const fault = [...alarms.values()].find(({ code }) => LOCKING.includes(code))?.code;
    const { epoch, boot, firmware } = this.#birth;
    const payload = encodeState({
      online: true,
      session: this.#session,
      epoch,
      boot,
      firmware,
      firstSeq: this.#outbox.firstSeq,
      lastSeq: this.#outbox.lastSeq,
      ackedThrough: registers.ackedThrough,
      configVersion: settings.version,
      ...(fault === undefined ? {} : { fault }),
    });
    return this.#publish({ topic: this.#topics.state, payload }, stamp);
  }

  #watchProgress(stamp: Stamp): void {
    const acked = this.#heardThrough;
    if (acked < this.#ackedSeen) this.#recall(acked, stamp);
    if (acked > this.#ackedSeen) {
      this.#backoff.reset();
      this.#ackedSeen = acked;
      this.#resendMs = RESEND_MS_MIN;
      this.#resendAtMonoMs = acked < this.#sentThrough ? stamp.monoMs + this.#resendMs : Number.POSITIVE_INFINITY;
    }
    if (this.#sentThrough < acked) this.#sentThrough = acked;
    if (stamp.monoMs < this.#resendAtMonoMs) return;
    this.#resendMs = Math.min(this.#resendMs * 2, RESEND_MS_MAX);
    // What the broker has not taken yet keeps its place in the window: more would be a protocol error (MQTT 5 §4.9).
    this.#rewind();
  }

  #recall(acked: number, stamp: Stamp): void {
    this.#ackedSeen = acked;
    if (this.#recalled) this.#resendAtMonoMs = Math.min(this.#resendAtMonoMs, stamp.monoMs + this.#resendMs);
    else this.#rewind();
    this.#recalled = true;
  }

  #rewind(): void {
    this.#sentThrough = this.#ackedSeen;
    this.#alarmsSentThrough = this.#ackedSeen;
    this.#resendAtMonoMs = Number.POSITIVE_INFINITY;
  }

  #fill(effects: LinkEffect[], { window, bytesMax }: Extract<Phase, { name: 'connected' }>, stamp: Stamp): void {
    while (this.#inFlight.size < window) {
      const rows = this.#nextRows(bytesMax);
      if (rows.length === 0) return;
      const payload = encodeBatch({ epoch: this.#birth.epoch, events: rows.map(({ body }) => body) });
      effects.push(this.#publish({ topic: this.#topics.event, payload }, stamp));
      if (!Number.isFinite(this.#resendAtMonoMs)) this.#resendAtMonoMs = stamp.monoMs + this.#resendMs;
    }
  }

  /** The next batch: alarms that history has not reached yet, then history. */
  #nextRows(bytesMax: number): LogRow[] {
    const { lastSeq } = this.#outbox;
    if (this.#sentThrough >= lastSeq) return [];
    this.#alarmsSentThrough = Math.max(this.#alarmsSentThrough, this.#sentThrough);
    if (this.#alarmsSentThrough < lastSeq && lastSeq > this.#sentThrough + batchEventsMax) {
      const alarms = fitting(this.#outbox.unsentAlarms(this.#alarmsSentThrough, batchEventsMax), bytesMax);
      const last = alarms.at(-1);
      this.#alarmsSentThrough = last === undefined ? lastSeq : last.seq;
      // When the alarms are all there is, or next in line anyway, history's own batch carries them.
      if (last !== undefined && last.seq > this.#sentThrough + batchEventsMax) return alarms;
    }
    const history = fitting(this.#outbox.unsent(this.#sentThrough, batchEventsMax), bytesMax);
    this.#sentThrough = history.at(-1)?.seq ?? lastSeq;
    return history;
  }

  #publish(message: MqttMessage, stamp: Stamp): LinkEffect {
    if (this.#inFlight.size === 0) this.#owedMonoMs = stamp.monoMs;
    const id = this.#nextId++;
    this.#inFlight.add(id);
    return { type: 'mqtt.publish', id, message };
  }
}

/** As many rows from the front as one batch may carry; one at least, or nothing would ever arrive. */
function fitting(rows: LogRow[], bytesMax: number): LogRow[] {
  let bytes = 32;
  let count = 0;
  for (const { body } of rows) {
    bytes += body.length + 3;
    if (bytes > bytesMax && count > 0) break;
    count += 1;
  }
  return rows.slice(0, count);
}
