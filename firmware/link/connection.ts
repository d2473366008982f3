import type { Entropy } from '../../hal/ports/entropy.ts';
import type { MqttGrant, MqttMessage, MqttSession } from '../../hal/ports/mqtt.ts';
import { mqttPacketBytes } from '../../protocol/limits.ts';
import type { Stamp } from '../machine/events.ts';
import { Backoff } from './backoff.ts';

/** Messages on their way to the broker at one time, whatever more it would grant. */
const IN_FLIGHT_MAX = 10;
const CONNECT_MS_MAX = 30_000;
/** A broker that owes us an answer to something published, and has given none for so long, is left. */
const PUBACK_MS_MAX = 30_000;
/** A connection that lasted so long was a good one; longer than a mute broker is borne. */
const STEADY_MS_MIN = 60_000;
/**
 * One over which the centre stored something was a good one sooner, but not at once: two units with one id throw each
 * other out as fast as they come back, and both get something stored in between.
 */
const PROVED_MS_MIN = 10_000;

/** What the link asks of the MQTT port. */
export type LinkEffect =
  | { readonly type: 'mqtt.connect'; readonly session: MqttSession }
  | { readonly type: 'mqtt.publish'; readonly id: number; readonly message: MqttMessage }
  | { readonly type: 'mqtt.disconnect' };

type Phase =
  | { readonly name: 'waiting'; readonly untilMonoMs: number }
  | { readonly name: 'connecting'; readonly sinceMonoMs: number }
  | {
      readonly name: 'connected';
      readonly sinceMonoMs: number;
      readonly window: number;
      /** What the payload of one message may have. */
      readonly bytesMax: number;
      /** How long it has to last to have been a good one. */
      readonly goodMs: number;
    };

/** One line to the broker after another: jittered waits between them, a bounded window, and no wait without end. */
export class Connection {
  readonly #entropy: Entropy;
  readonly #backoff: Backoff;
  #phase: Phase = { name: 'waiting', untilMonoMs: 0 };
  #session = 0;
  #nextId = 1;
  readonly #inFlight = new Set<number>();
  /** Since when the broker owes us its next answer, while anything is in flight. */
  #owedMonoMs = 0;

  constructor(entropy: Entropy) {
    this.#entropy = entropy;
    this.#backoff = new Backoff(entropy);
  }

  /** A random number drawn for each attempt. */
  get session(): number {
    return this.#session;
  }

  get isConnected(): boolean {
    return this.#phase.name === 'connected';
  }

  /** Whether everything published has been answered. */
  get isIdle(): boolean {
    return this.#inFlight.size === 0;
  }

  get hasRoom(): boolean {
    return this.#phase.name === 'connected' && this.#inFlight.size < this.#phase.window;
  }

  get bytesMax(): number {
    return this.#phase.name === 'connected' ? this.#phase.bytesMax : 0;
  }

  isWaiting(stamp: Stamp): boolean {
    return this.#phase.name === 'waiting' && stamp.monoMs < this.#phase.untilMonoMs;
  }

  /** Whether the wait is over and nothing has been tried. */
  isToConnect(stamp: Stamp): boolean {
    return this.#phase.name === 'waiting' && stamp.monoMs >= this.#phase.untilMonoMs;
  }

  isOverdue(stamp: Stamp): boolean {
    return stamp.monoMs >= this.#patienceMonoMs();
  }

  /** `session` tells the will and the subscriptions for a session number. */
  connect(stamp: Stamp, session: (number: number) => MqttSession): LinkEffect {
    this.#phase = { name: 'connecting', sinceMonoMs: stamp.monoMs };
    this.#session = 1 + this.#entropy.below(0xffff_fffe);
    return { type: 'mqtt.connect', session: session(this.#session) };
  }

  /** @returns whether this was the answer to an attempt of ours */
  opened(grant: MqttGrant, payloadBytesMax: number, stamp: Stamp): boolean {
    if (this.#phase.name !== 'connecting') return false;
    const window = Math.max(1, Math.min(grant.receiveMaximum, IN_FLIGHT_MAX));
    const bytesMax = Math.min(payloadBytesMax, grant.packetBytesMax - mqttPacketBytes);
    this.#phase = { name: 'connected', sinceMonoMs: stamp.monoMs, window, bytesMax, goodMs: STEADY_MS_MIN };
    return true;
  }

  /** Leaves the connection, or the attempt at one, until the next. @returns whether there was a connection */
  retreat(stamp: Stamp): boolean {
    const phase = this.#phase;
    if (phase.name === 'waiting') return false;
    const wasConnected = phase.name === 'connected';
    // A broker that welcomes and hangs up at once would otherwise be called on every few seconds.
    const wasGood = wasConnected && stamp.monoMs >= phase.sinceMonoMs + phase.goodMs;
    if (wasGood) this.#backoff.reset();
    const waitMs = this.#backoff.nextMs(wasConnected && !wasGood ? 'turned-out' : 'unreached');
    this.#phase = { name: 'waiting', untilMonoMs: stamp.monoMs + waitMs };
    this.#inFlight.clear();
    return wasConnected;
  }

  /** The centre has stored something: this road works, if it also lasts. */
  proved(): void {
    if (this.#phase.name === 'connected') this.#phase = { ...this.#phase, goodMs: PROVED_MS_MIN };
  }

  publish(message: MqttMessage, stamp: Stamp): LinkEffect {
    if (this.#inFlight.size === 0) this.#owedMonoMs = stamp.monoMs;
    const id = this.#nextId++;
    this.#inFlight.add(id);
    return { type: 'mqtt.publish', id, message };
  }

  published(id: number, stamp: Stamp): void {
    if (this.#inFlight.delete(id)) this.#owedMonoMs = stamp.monoMs;
  }

  /** When the connection itself wants to be looked at; infinite: not at all. */
  nextMonoMs(): number {
    return this.#phase.name === 'waiting' ? this.#phase.untilMonoMs : this.#patienceMonoMs();
  }

  /** When the broker's silence has lasted too long. */
  #patienceMonoMs(): number {
    const phase = this.#phase;
    if (phase.name === 'connecting') return phase.sinceMonoMs + CONNECT_MS_MAX;
    // Counted from its last answer, not from the oldest message: a slow line may need long for a full window.
    if (phase.name === 'connected' && this.#inFlight.size > 0) return this.#owedMonoMs + PUBACK_MS_MAX;
    return Number.POSITIVE_INFINITY;
  }
}
