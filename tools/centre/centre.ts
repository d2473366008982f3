import type { Entropy } from '../../hal/ports/entropy.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Mqtt, MqttMessage } from '../../hal/ports/mqtt.ts';
import { type Store, StoreError } from '../../hal/ports/store.ts';
import type { Signer } from '../../protocol/cose/sign1.ts';
import { parseTopic } from '../../protocol/topics.ts';
import { AlarmClosings, type ClosingReading, type NamedAlarm } from './alarm-closings.ts';
import type { Parcel } from './answers.ts';
import { CentreDatabase } from './database.ts';
import { HandoverMaker, type MadeHandover } from './handover.ts';
import { ImageDesk } from './images/image-desk.ts';
import type { ImageStore } from './images/image-store.ts';
import { Ingest, type Outcome, type StoredEvent, type TakenIn } from './ingest.ts';
import { CentreLink } from './link.ts';
import { Liveness } from './liveness.ts';
import { OrderError } from './orders/order-error.ts';
import { Orders } from './orders/orders.ts';
import type { Origin } from './orders/origin.ts';
import { Readings } from './readings.ts';
import { Retention } from './retention.ts';
import type { OwedReading } from './successions.ts';

/** What has just become known, for whoever watches. */
export type News =
  | { readonly type: 'event'; readonly stored: StoredEvent }
  | { readonly type: 'alarm'; readonly device: string }
  /** Something has changed in what was asked of the device. */
  | { readonly type: 'order'; readonly device: string }
  | { readonly type: 'state'; readonly device: string; readonly online: boolean };

export interface CentrePorts {
  readonly store: Store;
  readonly mqtt: Mqtt;
  readonly entropy: Entropy;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Signs what is asked of units; a centre without it only listens. */
  readonly signer?: Signer;
  /** The attestation key id of the newest unit of that name, as the register has it. */
  readonly heirOf?: (device: string) => Uint8Array | undefined;
  /** Firmware for units; a centre without it updates none. */
  readonly images?: ImageStore;
  /** The medium has failed (`io`, `corrupt`): the centre stores nothing more and must be started anew. */
  readonly onFailure: (error: StoreError) => void;
}

/** How soon a silent device is noticed after its time is over. */
const LOOK_MS = 1_000;
/** How often a step is taken through what has grown old. */
const SWEEP_MS = 5_000;

/** The service centre without its web and its broker: takes messages, stores them, then answers and tells. */
export class Centre {
  readonly link: CentreLink;
  readonly readings: Readings;
  readonly orders: Orders;
  /** Undefined in a centre without images. */
  readonly imageDesk: ImageDesk | undefined;
  readonly #ports: CentrePorts;
  readonly #ingest: Ingest;
  readonly #liveness: Liveness;
  readonly #retention: Retention;
  readonly #handovers: HandoverMaker;
  readonly #closings: AlarmClosings;
  readonly #watchers = new Set<(news: News) => void>();
  #looker: NodeJS.Timeout | undefined;
  #sweeper: NodeJS.Timeout | undefined;

  /** @throws CentreDatabaseError, StoreError */
  constructor(ports: CentrePorts) {
    const { store, mqtt, entropy, log } = ports;
    const database = new CentreDatabase(store);
    this.#ports = ports;
    this.#ingest = new Ingest(database);
    this.#ingest.readAgain();
    this.#liveness = new Liveness(database.contacts(), ports.nowMs());
    this.#retention = new Retention(store);
    this.#handovers = new HandoverMaker(store, ports);
    this.#closings = new AlarmClosings(database);
    this.readings = new Readings(store, (device) => this.#liveness.online(device));
    this.link = new CentreLink({ mqtt, entropy, log, receive: (message) => this.receive(message) });
    const post = (parcel: Parcel) => this.link.post(this.#guarded(parcel));
    this.orders = new Orders({
      store,
      ...(ports.signer === undefined ? {} : { signer: ports.signer }),
      nowMs: ports.nowMs,
      post,
      online: (device) => this.#liveness.online(device),
      changed: (device) => this.#tell({ type: 'order', device }),
      ...(ports.images === undefined ? {} : { images: ports.images }),
    });
    this.imageDesk = ports.images && new ImageDesk({ store, images: ports.images, nowMs: ports.nowMs, post });
  }

  start(): void {
    this.link.start();
    this.#looker = setInterval(() => this.#tellOfSilent(), LOOK_MS);
    this.#sweeper = setInterval(() => this.sweep(), SWEEP_MS);
  }

  stop(): void {
    clearInterval(this.#looker);
    clearInterval(this.#sweeper);
    this.imageDesk?.stop();
    this.link.stop();
    this.#watchers.clear();
  }

  /** @returns how to stop watching */
  watch(watcher: (news: News) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Stores a message, then answers it. When it cannot be stored there is no answer, and the device keeps it. */
  receive(message: MqttMessage): void {
    const receivedMs = this.#ports.nowMs();
    const topic = parseTopic(message.topic);
    if (topic?.channel === 'up/image') return this.#serveImage(topic.device, message.payload);
    this.#survive(`a message on ${message.topic} was not stored`, () =>
      this.#enact(this.#ingest.receive(message, receivedMs), receivedMs),
    );
  }

  /** Old ledgers whose records are still waited for. */
  owed(): readonly OwedReading[] {
    return this.#ingest.successions.owed();
  }

  /** For the unit that takes the place of a silent one. @throws OrderError, StoreError */
  handover(device: string): MadeHandover & { readonly online: boolean } {
    const made = this.#handovers.make(device, this.#ports.nowMs());
    return { ...made, online: this.#liveness.online(device) };
  }

  /** See `Ingest.takeIn`. @throws OrderError, StoreError */
  takeIn(device: string, epoch: number, records: readonly Uint8Array[], last: boolean): TakenIn {
    const taken = this.#ingest.takeIn({ device, epoch }, records, { last, nowMs: this.#ports.nowMs() });
    for (const event of taken.stored) this.#tell({ type: 'event', stored: event });
    if (taken.alarmsChanged) this.#tell({ type: 'alarm', device });
    return taken;
  }

  /** See `Ingest.giveUp`. @throws OrderError, StoreError */
  giveUp(device: string, epoch: number): void {
    this.#ingest.giveUp(device, epoch, this.#ports.nowMs());
  }

  /** See `AlarmClosings.close`. @throws OrderError, StoreError */
  closeAlarm(alarm: NamedAlarm, origin: Origin): void {
    this.#closings.close(alarm, origin, this.#ports.nowMs());
    this.#tell({ type: 'alarm', device: alarm.device });
  }

  /** See `AlarmClosings.latest`. */
  closedAlarms(device: string): readonly ClosingReading[] {
    return this.#closings.latest(device);
  }

  /** See `AlarmClosings.lately`. */
  latelyClosed(): readonly ClosingReading[] {
    return this.#closings.lately(this.#ports.nowMs());
  }

  /** Tells of the devices that have been silent for too long, and removes some of what has grown old. */
  sweep(): void {
    const nowMs = this.#ports.nowMs();
    this.#tellOfSilent();
    this.#survive('old events were not removed', () => this.#retention.step(nowMs));
    this.#survive('orders were not looked after', () => this.orders.sweep());
  }

  /** An order of somebody at the web could not be stored. */
  failed(error: StoreError): void {
    this.#survive('an order was not stored', () => {
      throw error;
    });
  }

  /** Nothing of it is stored: the unit asks again for what it does not get. */
  #serveImage(device: string, payload: Uint8Array): void {
    const reason = this.#survive(`a request of ${device} for firmware was not answered`, () =>
      this.imageDesk === undefined ? 'This centre has no images.' : this.imageDesk.receive(device, payload),
    );
    if (reason !== undefined) this.#ports.log.write('warning', `refused from ${device}: ${reason}`);
  }

  /** A parcel is made when the broker has room, when nobody is there to catch what goes wrong. */
  #guarded({ key, make }: Parcel): Parcel {
    return { key, make: () => this.#survive(`${key} was not sent`, make) };
  }

  /** A full medium may have room again later; any other failure of it ends the centre. */
  #survive<T>(loss: string, body: () => T): T | undefined {
    const { log, onFailure } = this.#ports;
    try {
      return body();
    } catch (error) {
      if (!(error instanceof StoreError || error instanceof OrderError)) throw error;
      log.write('error', `${loss}: ${error.message}`);
      if (error instanceof StoreError && error.failure !== 'full') onFailure(error);
      return undefined;
    }
  }

  #enact(outcome: Outcome, receivedMs: number): void {
    const { device, contact, acknowledgement, stored, alarmsChanged, pull, ordersChanged, refusals } = outcome;
    for (const reason of refusals)
      this.#ports.log.write('warning', `refused from ${device ?? 'a stranger'}: ${reason}`);
    if (device === undefined) return;
    if (acknowledgement !== undefined) this.link.answer(device, acknowledgement);
    if (contact === 'heard' && this.#liveness.heard(device, receivedMs))
      this.#tell({ type: 'state', device, online: true });
    if (contact === 'gone' && this.#liveness.gone(device)) this.#tell({ type: 'state', device, online: false });
    for (const event of stored) this.#tell({ type: 'event', stored: event });
    if (alarmsChanged) this.#tell({ type: 'alarm', device });
    if (pull !== undefined) this.orders.pull(device, pull !== 'alive');
    if (ordersChanged === true) this.orders.progressed(device);
  }

  #tellOfSilent(): void {
    for (const device of this.#liveness.sweep(this.#ports.nowMs()))
      this.#tell({ type: 'state', device, online: false });
  }

  #tell(news: News): void {
    for (const watcher of this.#watchers) watcher(news);
  }
}
