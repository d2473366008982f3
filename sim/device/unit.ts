import type { Outcome } from '../../firmware/domain/orders.ts';
import type { Host } from '../../firmware/host/host.ts';
import type { Observation } from '../../firmware/host/observation.ts';
import type { Ports } from '../../firmware/host/ports.ts';
import type { InboxEvent } from '../../firmware/machine/events.ts';
import { signatures } from '../../hal/crypto/ed25519.ts';
import type { Mqtt, MqttEvent } from '../../hal/ports/mqtt.ts';
import type { BoardFinding } from '../../hal/ports/sensors.ts';
import type { Store } from '../../hal/ports/store.ts';
import { openStore } from '../../hal/sqlite/open-store.ts';
import { Random } from '../kernel/random.ts';
import type { Booking, Timeline } from '../kernel/timeline.ts';
import { SimBattery } from './battery.ts';
import type { SimBroker } from './broker.ts';
import { SimClock } from './clock.ts';
import { CrashPoints, PowerCut } from './crash-points.ts';
import {
  type Electronics,
  type ElectronicsWiring,
  simulatedElectronics,
  type UnitMechanism,
  type UnitSensors,
} from './electronics.ts';
import { MechanismParts } from './mechanism-parts.ts';
import { SimMqtt } from './mqtt.ts';
import type { Weather } from './network.ts';
import type { PhysicalEvent } from './physical-event.ts';
import { SimSigns } from './signs.ts';
import { SimStore } from './store.ts';
import { SimTag } from './tag.ts';
import type { UnitSpec } from './unit-spec.ts';

/** Starts the firmware on the ports; the composition decides which firmware that is. */
export type BootFirmware = (ports: Ports, observe: (observation: Observation) => void) => Host;

/** Who looks on. Listeners must not call the unit back at once; they book it on the timeline. */
export interface UnitListeners {
  readonly observed: (observation: Observation) => void;
  readonly happened: (event: PhysicalEvent) => void;
  /** The firmware came up, or went down and why. */
  readonly started: () => void;
  readonly stopped: (why: string) => void;
  /** The firmware threw something that is no power cut. */
  readonly crashed: (error: unknown) => void;
}

/** The unit's way to a broker, with what can happen to it from outside. */
export interface UnitLine extends Mqtt {
  readonly connected: boolean;
  deliver(event: MqttEvent): void;
  /** The unit's power or process is gone. */
  losePower(): void;
  /** The line is cut; both ends find out for themselves. */
  lineCut(): void;
  /** The broker has forgotten this client and throws it out. */
  kicked(): void;
}

/** Where the unit stands in the world. */
export interface UnitPlace {
  readonly timeline: Timeline;
  readonly seed: number;
  readonly broker: SimBroker;
  readonly weather: Weather;
  /** The file of the unit's flash; in memory unless told. */
  readonly databasePath?: string;
  /** Another line than the simulated one, e.g. to a real broker; `answer` hands what it hears to the unit. */
  readonly line?: (answer: (event: MqttEvent) => void) => UnitLine;
  /** Other electronics than the simulated ones, e.g. the real drivers on an emulated board. */
  readonly electronics?: (wiring: ElectronicsWiring) => Electronics;
}

/**
 * A whole virtual dispenser: flash, clock, mechanism, sensors, signs, battery and network behind the ports, and the
 * real firmware booted on them. Power cuts and killed processes drop the firmware; the hardware stays as it was.
 */
export class SimUnit {
  readonly spec: UnitSpec;
  readonly crashPoints = new CrashPoints();
  readonly parts: MechanismParts;
  readonly mechanism: UnitMechanism;
  readonly sensors: UnitSensors;
  readonly signs: SimSigns;
  readonly clock: SimClock;
  readonly battery: SimBattery;
  readonly store: SimStore;
  readonly mqtt: UnitLine;
  /** Nobody carries it unless the spec says so. */
  readonly tag: SimTag;
  readonly ports: Ports;
  /** What a crash point takes with it: the process only, or all power. */
  crashKind: 'process' | 'power' = 'power';
  readonly #electronics: Electronics;
  readonly #place: UnitPlace;
  readonly #boot: BootFirmware;
  readonly #listeners: UnitListeners;
  #host: Host | undefined;
  #booting: Booking | undefined;
  #inside = false;

  constructor(spec: UnitSpec, place: UnitPlace, boot: BootFirmware, listeners: UnitListeners) {
    const { timeline, seed } = place;
    this.spec = spec;
    this.#place = place;
    this.#boot = boot;
    this.#listeners = listeners;
    this.parts = new MechanismParts(spec.binCapacity, spec.parts);
    this.battery = new SimBattery(
      timeline,
      spec.battery,
      () => this.sensors.powerChanged(),
      () => this.losePower('battery flat'),
    );
    const { electronics: electronicsOf = simulatedElectronics } = place;
    this.#electronics = electronicsOf({
      timeline,
      random: Random.stream(seed, 'unit/button'),
      crashPoints: this.crashPoints,
      parts: this.parts,
      witness: listeners.happened,
      power: () => this.battery.power(),
      answer: (event) => this.#enter(() => this.mechanism.deliver(event)),
      sense: (event) => this.#enter(() => this.sensors.deliver(event)),
      losePower: () => this.losePower('power cut mid-move'),
    });
    this.mechanism = this.#electronics.mechanism;
    this.sensors = this.#electronics.sensors;
    this.signs = new SimSigns(this.crashPoints, this.#electronics);
    this.clock = new SimClock(timeline, (wake) => this.#enter(wake));
    this.store = new SimStore(openStore({ path: place.databasePath ?? ':memory:' }), this.crashPoints);
    const answer = (event: MqttEvent): void => this.#enter(() => this.mqtt.deliver(event));
    const { broker, weather, line } = place;
    this.mqtt = line?.(answer) ?? new SimMqtt({ timeline, crashPoints: this.crashPoints, broker, weather, answer });
    this.tag = new SimTag(timeline, this.crashPoints, (event) => this.#enter(() => this.tag.deliver(event)));
    const entropy = Random.stream(seed, 'unit/entropy');
    this.ports = {
      clock: this.clock,
      store: this.store,
      mechanism: this.mechanism,
      sensors: this.sensors,
      panel: this.signs.panel,
      speech: this.signs.speech,
      lock: this.signs.lock,
      mqtt: this.mqtt,
      entropy,
      signatures,
      log: this.signs.log,
      ...(spec.hasTag ? { tag: this.tag } : {}),
      watchdog: {
        // Virtual time stands still while the firmware works, so it cannot be late with a kick.
        kick: () => undefined,
        restart: (reason) => this.#restart(reason),
      },
    };
  }

  /** The running firmware, if any. */
  get host(): Host | undefined {
    return this.#host;
  }

  get running(): boolean {
    return this.#host !== undefined;
  }

  /** Starts the unit `delayMs` from now, if there is power then. */
  start(delayMs = this.spec.bootMs): void {
    this.#place.timeline.cancel(this.#booting);
    this.#booting = this.#place.timeline.after(delayMs, () => this.#bootNow());
  }

  /** A person with a key or a session asks something of the firmware, and hears what it says; false when nothing runs. */
  ask(event: InboxEvent, hear: (outcome: Outcome | null) => void = () => {}): boolean {
    const host = this.#host;
    this.#enter(() => {
      if (host !== undefined) hear(host.receive(event));
    });
    return host !== undefined;
  }

  /** Mains and battery are gone at once. Comes back when somebody calls `start`, or the mains return. */
  losePower(why: string): void {
    this.#electronics.losePower();
    this.#down(why);
    this.signs.losePower();
    this.battery.setDrawing(false);
  }

  /** The process dies, the boards stay powered: motors finish their motion, the display keeps its last picture. */
  killProcess(why: string, rebootMs = this.spec.bootMs): void {
    this.#electronics.processGone();
    this.#down(why);
    this.start(rebootMs);
  }

  setMains(on: boolean): void {
    this.battery.setMains(on);
    if (on && !this.running && this.#booting === undefined) this.start();
  }

  /** All that is wrong with the board now, as it finds itself. */
  boardFinds(findings: readonly BoardFinding[]): void {
    this.#enter(() => this.sensors.deliver({ type: 'health.changed', findings }));
  }

  /** A hand takes everything out of the cup. */
  takeFromCup(): boolean {
    const sachets = this.parts.cup.splice(0);
    if (sachets.length === 0) return false;
    this.#listeners.happened({ type: 'taken', sachets });
    this.sensors.lookIntoCup();
    return true;
  }

  /**
   * Another unit of the same build stands here from now on, with an empty flash; the rolls are put over as they hang.
   * @returns the flash of the one before
   */
  exchange(flash: Store): Store {
    this.losePower('taken away');
    const left = this.parts.renew();
    this.#electronics.renew();
    if (left.length > 0) this.#listeners.happened({ type: 'removed', from: 'bin', sachets: left });
    if (this.sensors.isDoorOpen) this.sensors.closeDoor();
    if (this.sensors.tiltedMs !== null) this.sensors.setUpright(true);
    this.sensors.lookIntoCup();
    this.battery.setPercent(100);
    this.clock.synchronise(0);
    return this.store.exchange(flash);
  }

  #bootNow(): void {
    this.#booting = undefined;
    if (!this.battery.live || this.#host !== undefined) return;
    this.battery.setDrawing(true);
    this.clock.boot();
    this.#electronics.boot(() => this.#bootFirmware());
  }

  #bootFirmware(): void {
    this.store.reopen();
    this.#guard(() => {
      this.#host = this.#boot(this.ports, this.#listeners.observed);
      this.#listeners.started();
    });
  }

  #down(why: string): void {
    this.clock.halt();
    this.mqtt.losePower();
    this.tag.losePower();
    this.#place.timeline.cancel(this.#booting);
    this.#booting = undefined;
    if (this.#host === undefined) return;
    this.#host = undefined;
    this.#listeners.stopped(why);
  }

  #restart(reason: string): void {
    this.#place.timeline.after(0, () => {
      if (this.running) this.killProcess(`watchdog: ${reason}`);
    });
  }

  #enter(act: () => void): void {
    if (this.#host !== undefined) this.#guard(act);
  }

  #guard(act: () => void): void {
    if (this.#inside) return act();
    this.#inside = true;
    try {
      act();
    } catch (error) {
      this.#fall(error);
    } finally {
      this.#inside = false;
    }
  }

  #fall(error: unknown): void {
    if (!(error instanceof PowerCut)) {
      this.#listeners.crashed(error);
      return this.killProcess('crash', this.spec.crashRebootMs);
    }
    if (this.crashKind === 'process') return this.killProcess(error.point);
    this.losePower(error.point);
    this.start(this.spec.bootMs);
  }
}
