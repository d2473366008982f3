import type { MqttMessage } from '../../hal/ports/mqtt.ts';

/** Messages kept for a unit that is away, as a broker's setting would have it. */
const queuedMax = 1000;

/**
 * A broker with one unit on one side and the service centre on the other. It knows persistent sessions and wills,
 * and may forget both.
 */
export class SimBroker {
  /** Whether a message the broker has acknowledged to the unit is lost on its way to the centre. */
  loses: () => boolean = () => false;
  /** While the centre is away the broker drops what is meant for it, as one without persistence does. */
  centreUp = true;
  /** The centre's subscription: everything a unit publishes, and its will. */
  onMessage: (message: MqttMessage) => void = () => undefined;
  #sessionKnown = false;
  #subscriptions: readonly string[] = [];
  #queued: MqttMessage[] = [];
  #toUnit: ((message: MqttMessage) => void) | undefined;
  #will: MqttMessage | undefined;

  /** The unit's client is here; answers whether its session was still known. */
  attach(subscriptions: readonly string[], will: MqttMessage, toUnit: (message: MqttMessage) => void): boolean {
    const present = this.#sessionKnown;
    this.#sessionKnown = true;
    this.#subscriptions = subscriptions;
    this.#will = will;
    this.#toUnit = toUnit;
    for (const message of this.#queued.splice(0)) toUnit(message);
    return present;
  }

  /** The unit's client is gone; `silently` means without a goodbye, so its will is published. */
  detach(silently: boolean): void {
    const will = this.#will;
    this.#toUnit = undefined;
    this.#will = undefined;
    if (silently && will !== undefined && this.centreUp) this.onMessage(will);
  }

  fromUnit(message: MqttMessage): void {
    if (this.centreUp && !this.loses()) this.onMessage(message);
  }

  /** The centre publishes to the unit. */
  fromCentre(message: MqttMessage): void {
    if (!this.#subscriptions.some((filter) => matchesFilter(filter, message.topic))) return;
    if (this.#toUnit !== undefined) this.#toUnit(message);
    else if (this.#sessionKnown && this.#queued.length < queuedMax) this.#queued.push(message);
  }

  /** A restart without persistence. */
  forget(): void {
    this.#sessionKnown = false;
    this.#queued = [];
    this.#subscriptions = [];
    this.#will = undefined;
  }
}

/** MQTT 5 §4.7: `+` stands for one level, a final `#` for all that follow. */
export function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (level !== '+' && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}
