import type { MqttMessage } from '../../../hal/ports/mqtt.ts';
import type { Store } from '../../../hal/ports/store.ts';
import { topicOf } from '../../../protocol/topics.ts';
import type { Parcel } from '../answers.ts';
import type { CommandOrder, CommandStore } from './command-store.ts';
import type { ConfigOrders } from './config-orders.ts';
import type { ConfigOrder, ConfigStore } from './config-store.ts';

/** Within one connection, something without an answer is sent once more after this long. */
const REPEAT_MS = 60_000;
/** The unit has it and said that it takes its time. */
const REMIND_MS = 600_000;

export interface DeliverySurroundings {
  readonly store: Store;
  readonly configs: ConfigStore;
  readonly commands: CommandStore;
  readonly orders: ConfigOrders;
  readonly nowMs: () => number;
  readonly send: (parcel: Parcel) => void;
}

/**
 * Brings to a unit what is open for it. Nothing is sent that is not stored; what was sent is marked as such before it
 * leaves, so that nobody is told later that it was never under way. A copy too many does no harm: a unit answers what
 * it knows already.
 */
export class Delivery {
  readonly #around: DeliverySurroundings;

  constructor(around: DeliverySurroundings) {
    this.#around = around;
  }

  /** @param fresh whether the unit has just connected: then everything open is sent anew */
  pull(device: string, fresh: boolean): void {
    const { commands, nowMs, send } = this.#around;
    const now = nowMs();
    const config = this.#dueConfig(device, fresh, now);
    if (config !== undefined) {
      const probe = config.state === 'applied';
      send({ key: `config/${device}`, make: () => this.#configMessage(device, probe) });
    }
    for (const { id, ...order } of commands.open(device)) {
      if (!pressing(order, order.state === 'accepted', fresh, now)) continue;
      send({ key: `command/${device}/${id}`, make: () => this.#commandMessage(device, id) });
    }
  }

  #dueConfig(device: string, fresh: boolean, now: number): ConfigOrder | undefined {
    const { configs } = this.#around;
    const wanted = configs.wanted(device);
    if (wanted === undefined) return undefined;
    if (wanted.state !== 'applied') {
      return pressing(wanted, wanted.state === 'deferred', fresh, now) ? wanted : undefined;
    }
    const unit = configs.unit(device);
    if (unit === undefined || unit.version === wanted.version) return undefined;
    // A newer one of which only the number is known: refusing ours, the unit says what it has.
    if (unit.version > wanted.version) return fresh && unit.hash === null ? wanted : undefined;
    return this.#reopen(wanted, now);
  }

  /** The unit had it and has an older one again: its storage was lost, or put back. */
  #reopen(wanted: ConfigOrder, now: number): ConfigOrder | undefined {
    const { store, configs } = this.#around;
    return store.transaction(() => {
      configs.note(wanted.id, 'sent-again', now);
      configs.setState(wanted.id, 'made', now);
      return configs.byVersion(wanted.device, wanted.version);
    });
  }

  #configMessage(device: string, probe: boolean): MqttMessage | undefined {
    const { store, configs, orders, nowMs } = this.#around;
    const now = nowMs();
    return store.transaction(() => {
      const order = configs.wanted(device);
      if (order === undefined || (order.state === 'applied' && !probe)) return undefined;
      const payload = orders.messageFor(order, now);
      if (payload === undefined) return undefined;
      if (order.state === 'made') configs.setState(order.id, 'sent', now);
      configs.setSent(order.id, now);
      return { topic: topicOf(device, 'down/config'), payload };
    });
  }

  #commandMessage(device: string, id: number): MqttMessage | undefined {
    const { store, commands, nowMs } = this.#around;
    const now = nowMs();
    return store.transaction(() => {
      const order = commands.find(device, id);
      if (order === undefined || !isOpen(order) || now >= order.expiresS * 1000) return undefined;
      if (order.state === 'made') commands.setState(device, id, 'sent');
      commands.setSent(device, id, now);
      return { topic: topicOf(device, 'down/command'), payload: order.signed };
    });
  }
}

function isOpen({ state }: CommandOrder): boolean {
  return state === 'made' || state === 'sent' || state === 'accepted';
}

function pressing({ sentMs }: { sentMs: number | null }, heard: boolean, fresh: boolean, now: number): boolean {
  if (sentMs === null || fresh) return true;
  return Math.abs(now - sentMs) >= (heard ? REMIND_MS : REPEAT_MS);
}
