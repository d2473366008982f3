import type { Store } from '../../../hal/ports/store.ts';
import type { Signer } from '../../../protocol/cose/sign1.ts';
import type { Parcel } from '../answers.ts';
import type { ImageStore } from '../images/image-store.ts';
import { withImage } from '../images/wanted-image.ts';
import { CommandOrders, type WantedCommand } from './command-orders.ts';
import { CommandStore } from './command-store.ts';
import { ConfigOrders, type Rollback, type WantedConfig } from './config-orders.ts';
import { ConfigStore } from './config-store.ts';
import { Delivery } from './delivery.ts';
import { LogStore } from './log-store.ts';
import { Numbers } from './numbers.ts';
import { noVersion, OrderError } from './order-error.ts';
import { type CommandReading, type ConfigReading, OrderReadings, type RolloutReading } from './order-readings.ts';
import type { Origin } from './origin.ts';
import type { WantedRollout } from './rollout-plan.ts';
import { RolloutStore } from './rollout-store.ts';
import { Staging } from './staging.ts';
import { type KnownUnit, UnitKnowledge } from './unit-knowledge.ts';

export interface OrdersPorts {
  readonly store: Store;
  /** Without one nothing can be asked of units. */
  readonly signer?: Signer;
  readonly nowMs: () => number;
  readonly post: (parcel: Parcel) => void;
  /** Whether the unit hears what is sent now; otherwise it asks when it connects. */
  readonly online: (device: string) => boolean;
  /** Firmware by the names that people call it by. */
  readonly images?: Pick<ImageStore, 'find'>;
  /** Something has changed in what was asked of a unit. */
  readonly changed: (device: string) => void;
}

/** An accepted command is given up when nothing more was heard of it a day after it expired. */
const GIVE_UP_S = 86_400;
/** Looking through the rollouts takes this long only with thousands of units; then the next sweep is soon enough. */
const LONG_STEP_MS = 20;

/** A centre that was set up without keys. */
const noSigner: Signer = {
  kid: Uint8Array.of(0),
  sign() {
    throw new OrderError('unable', {
      da: 'Denne servicecentral har ingen nøgle at underskrive med; sæt den op med "dosis centre init".',
      en: 'This service centre has no signing key; set it up with "dosis centre init".',
    });
  },
};

/**
 * What the centre asks of units: configurations and commands. Each is stored, signed and all, before anything of it is
 * sent, so a centre that dies in between goes on where it was.
 */
export class Orders {
  readonly readings: OrderReadings;
  readonly logs: Pick<LogStore, 'kept' | 'find'>;
  readonly #ports: OrdersPorts;
  readonly #configs: ConfigOrders;
  readonly #configStore: ConfigStore;
  readonly #commands: CommandOrders;
  readonly #commandStore: CommandStore;
  readonly #delivery: Delivery;
  readonly #staging: Staging;
  #restUntilMs = 0;

  constructor(ports: OrdersPorts) {
    const { store, signer = noSigner, nowMs, post } = ports;
    const configs = new ConfigStore(store);
    const commands = new CommandStore(store);
    const rollouts = new RolloutStore(store);
    const knowledge = new UnitKnowledge(store, configs);
    this.#ports = ports;
    const numbers = new Numbers(nowMs());
    this.#configs = new ConfigOrders(configs, numbers, signer);
    this.#configStore = configs;
    this.#commands = new CommandOrders({ commands, configs, knowledge, numbers, signer });
    this.#commandStore = commands;
    this.#delivery = new Delivery({ store, configs, commands, orders: this.#configs, nowMs, send: post });
    this.#staging = new Staging({ store, configs, rollouts, orders: this.#configs });
    this.readings = new OrderReadings(configs, commands, rollouts, (device) => knowledge.heard(device));
    this.logs = new LogStore(store, commands);
  }

  /** @throws OrderError, StoreError */
  setConfig(device: string, wanted: WantedConfig): ConfigReading {
    return this.#configured(device, (nowMs) => this.#configs.make(device, wanted, nowMs).version);
  }

  /** @throws OrderError, StoreError */
  rollBack(device: string, version: number, rollback: Rollback): ConfigReading {
    return this.#configured(device, (nowMs) => this.#configs.rollback(device, version, rollback, nowMs).version);
  }

  /** A document as it travels, for the cable: for the unit as it stands, or for a new one. @throws OrderError, StoreError */
  signedConfig(device: string, version: number, newUnit: boolean): Uint8Array {
    const { store, nowMs } = this.#ports;
    const order = this.#configStore.byVersion(device, version);
    if (order === undefined) throw noVersion(device, version);
    const signed = store.transaction(() =>
      newUnit ? this.#configs.messageForNew(order, nowMs()) : this.#configs.messageFor(order, nowMs()),
    );
    if (signed !== undefined) return signed;
    throw new OrderError('conflict', {
      da: `${device} har ikke sagt, hvilken indstilling det kører efter; spørg igen, når det har været forbundet.`,
      en: `${device} has not said what it works from; ask again once it has connected.`,
    });
  }

  /** @throws OrderError, StoreError */
  send(device: string, wanted: WantedCommand): { command: CommandReading; assumed: KnownUnit['assumed'] } {
    const { store, nowMs, images } = this.#ports;
    const whole = images === undefined ? wanted : withImage(wanted, images);
    const { order, assumed } = store.transaction(() => this.#commands.make(device, whole, nowMs()));
    this.#made(device);
    return { command: this.readings.command(device, order.id) as CommandReading, assumed };
  }

  /** @throws OrderError, StoreError */
  beginRollout(wanted: WantedRollout, origin: Origin): RolloutReading {
    const { store, nowMs } = this.#ports;
    const id = store.transaction(() => this.#staging.begin(wanted, origin, nowMs()));
    return this.#stepped(id);
  }

  /** @throws OrderError, StoreError */
  resumeRollout(id: number): RolloutReading {
    const { store, nowMs } = this.#ports;
    store.transaction(() => this.#staging.resume(id, nowMs()));
    return this.#stepped(id);
  }

  /** @throws OrderError, StoreError */
  stopRollout(id: number, origin: Origin): RolloutReading {
    this.#ports.store.transaction(() => this.#staging.stop(id, origin));
    return this.#stepped(id);
  }

  /** As it stands now; undefined when there is none of this number. */
  rollout(id: number): RolloutReading | undefined {
    return this.readings.rollout(id, this.#ports.nowMs());
  }

  /** @param fresh whether the unit has just connected */
  pull(device: string, fresh: boolean): void {
    this.#delivery.pull(device, fresh);
  }

  /** A unit has told what became of something. */
  progressed(device: string): void {
    this.#ports.changed(device);
    if (performance.now() >= this.#restUntilMs) this.#step();
  }

  /** Ends what has expired, and takes rollouts further whose patience is over. */
  sweep(): void {
    const { store, nowMs, changed } = this.#ports;
    const nowS = Math.floor(nowMs() / 1000);
    const acceptedS = nowS - GIVE_UP_S;
    if (this.#commandStore.hasExpired(nowS, acceptedS)) {
      for (const device of store.transaction(() => this.#commandStore.expire(nowS, acceptedS))) changed(device);
    }
    this.#step();
  }

  #configured(device: string, make: (nowMs: number) => number): ConfigReading {
    const { store, nowMs } = this.#ports;
    const version = store.transaction(() => make(nowMs()));
    this.#made(device);
    const { document: _document, ...reading } = this.readings.configDocument(device, version) ?? {};
    return reading as ConfigReading;
  }

  #stepped(id: number): RolloutReading {
    this.#step();
    return this.rollout(id) as RolloutReading;
  }

  /** With large groups it is worth some rest, so that a flood of reports does not bring everything else to a halt. */
  #step(): void {
    const sinceMs = performance.now();
    for (const device of this.#staging.step(this.#ports.nowMs())) this.#made(device);
    const untilMs = performance.now();
    const tookMs = untilMs - sinceMs;
    this.#restUntilMs = tookMs < LONG_STEP_MS ? untilMs : untilMs + 10 * tookMs;
  }

  #made(device: string): void {
    const { online, changed } = this.#ports;
    if (online(device)) this.#delivery.pull(device, false);
    changed(device);
  }
}
