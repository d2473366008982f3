import { setImmediate } from 'node:timers';
import { DBusError } from 'dbus-next';
import { Gatt, type Service } from './gatt.ts';
import type { BusInterface, Objects } from './objects.ts';
import type { TagSpec } from './tag-spec.ts';

/** What goes wrong once: the link, or BlueZ, in the middle of the next write; the services after the next connection. */
export type Mishap = 'drop' | 'die' | 'unresolved';

export interface TagWatcher {
  /** A level was written to its Immediate Alert. */
  alerted(level: number, address: string): void;
  /** The process is to die before it answers. */
  die(): void;
}

const uuid = (number: string) => `0000${number}-0000-1000-8000-00805f9b34fb`;
const [ALERT, BATTERY_LEVEL, PRESSED] = [uuid('2a06'), uuid('2a19'), uuid('ffe1')];
const DEVICE = 'org.bluez.Device1';
const [FULL, PRESS] = [100, 1];

/** A tag in the air, and BlueZ's object for it (doc/org.bluez.Device.rst). */
export class VirtualTag {
  readonly spec: TagSpec;
  readonly path: string;
  readonly #objects: Objects;
  readonly #watcher: TagWatcher;
  #isNear = true;
  #gatt: Gatt | undefined;
  #isConnected = false;
  #battery = FULL;
  #mishap: Mishap | undefined;
  /** A connection that waits for the tag. */
  #connecting: { readonly sender: string; settle(error?: Error): void } | undefined;

  constructor(spec: TagSpec, adapter: string, objects: Objects, watcher: TagWatcher) {
    this.spec = spec;
    this.path = `${adapter}/dev_${spec.address.replaceAll(':', '_')}`;
    this.#objects = objects;
    this.#watcher = watcher;
  }

  get state(): Readonly<Record<string, unknown>> {
    return {
      isNear: this.#isNear,
      isConnected: this.#isConnected,
      isAwaited: this.#connecting !== undefined,
      followers: this.#gatt?.followersOf(PRESSED) ?? 0,
    };
  }

  /** As it was at first. */
  reset(): void {
    this.giveUp();
    this.hide();
    this.#isNear = true;
    this.#battery = FULL;
    this.#mishap = undefined;
  }

  /** BlueZ learns of it, from its memory or from a scan. */
  show(isScanning: boolean): void {
    if (this.#objects.has(this.path) || !(this.spec.isKnown || (isScanning && this.#isNear))) return;
    const plugin = this.spec.battery === 'plugin' ? [this.#batteryInterface()] : [];
    this.#objects.add(this.path, this.#deviceInterface(), ...plugin);
  }

  /** Its adapter was taken away. */
  hide(): void {
    this.#forgetLink();
    this.#objects.remove(this.path);
  }

  move(isNear: boolean): void {
    this.#isNear = isNear;
    if (!isNear) this.drop();
    else if (this.#connecting !== undefined) this.#connected();
  }

  drop(): void {
    if (!this.#isConnected) return;
    this.#forgetLink();
    this.#objects.changed(this.path, DEVICE, 'Connected', 'ServicesResolved');
  }

  /** The adapter can do no more for whoever waits. */
  giveUp(): void {
    this.#connecting?.settle(new DBusError('org.bluez.Error.Failed', 'le-connection-abort-by-local'));
    this.#connecting = undefined;
  }

  press(value = PRESS): number {
    return this.#gatt?.notify(PRESSED, value) ?? 0;
  }

  drain(percent: number): void {
    this.#battery = percent;
    this.#gatt?.notify(BATTERY_LEVEL, percent);
    this.#objects.changed(this.path, 'org.bluez.Battery1', 'Percentage');
  }

  expect(mishap: Mishap): void {
    this.#mishap = mishap;
  }

  forget(caller: string): void {
    this.#gatt?.forget(caller);
    if (this.#connecting?.sender === caller) this.#connecting = undefined;
  }

  #connect(sender: string): Promise<void> | undefined {
    if (this.#isConnected) return undefined;
    if (this.#connecting !== undefined) throw new DBusError('org.bluez.Error.InProgress', 'In Progress');
    return new Promise((resolve, reject) => {
      this.#connecting = { sender, settle: (error) => (error === undefined ? resolve() : reject(error)) };
      if (this.#isNear) this.#connected();
    });
  }

  #connected(): void {
    const { settle } = this.#connecting ?? {};
    this.#connecting = undefined;
    this.#isConnected = true;
    this.#objects.changed(this.path, DEVICE, 'Connected');
    settle?.();
    // BlueZ answers first and reads the services then (src/device.c, att_connect_cb).
    setImmediate(() => this.#resolve());
  }

  #resolve(): void {
    if (!this.#isConnected || this.#gatt !== undefined) return;
    if (this.#takeMishap('unresolved')) return;
    this.#gatt = new Gatt(this.#objects, this.path, this.#services());
    this.#objects.changed(this.path, DEVICE, 'ServicesResolved');
  }

  #forgetLink(): void {
    this.#isConnected = false;
    this.#gatt?.remove();
    this.#gatt = undefined;
  }

  #services(): readonly Service[] {
    const { hasAlert, hasButton, battery } = this.spec;
    const alert = { uuid: ALERT, flags: ['write-without-response'], write: (level: number) => this.#written(level) };
    const flags = battery === 'gatt' ? ['read', 'notify'] : ['read'];
    const level = { uuid: BATTERY_LEVEL, flags, read: () => this.#battery };
    return [
      ...(hasAlert ? [{ uuid: uuid('1802'), characteristics: [alert] }] : []),
      ...(battery === 'gatt' || battery === 'mute' ? [{ uuid: uuid('180f'), characteristics: [level] }] : []),
      ...(hasButton ? [{ uuid: uuid('ffe0'), characteristics: [{ uuid: PRESSED, flags: ['notify'] }] }] : []),
    ];
  }

  #written(level: number): void {
    if (this.#takeMishap('die')) this.#watcher.die();
    if (this.#takeMishap('drop')) {
      this.drop();
      throw new DBusError('org.bluez.Error.Failed', 'Not connected');
    }
    this.#watcher.alerted(level, this.spec.address);
  }

  #takeMishap(mishap: Mishap): boolean {
    if (this.#mishap !== mishap) return false;
    this.#mishap = undefined;
    return true;
  }

  #deviceInterface(): BusInterface {
    const { address, name, rssi, hasAlert } = this.spec;
    return {
      name: DEVICE,
      properties: {
        Address: { type: 's', value: () => address },
        AddressType: { type: 's', value: () => 'public' },
        Name: { type: 's', value: () => name },
        Alias: { type: 's', value: () => name },
        Paired: { type: 'b', value: () => false },
        UUIDs: { type: 'as', value: () => (hasAlert ? [uuid('1802')] : [uuid('180a')]) },
        RSSI: { type: 'n', value: () => (this.#isNear ? rssi : undefined) },
        Connected: { type: 'b', value: () => this.#isConnected },
        ServicesResolved: { type: 'b', value: () => this.#gatt !== undefined },
      },
      methods: {
        Connect: { run: ({ sender }) => this.#connect(sender) },
        Disconnect: { run: () => this.drop() },
      },
    };
  }

  #batteryInterface(): BusInterface {
    return { name: 'org.bluez.Battery1', properties: { Percentage: { type: 'y', value: () => this.#battery } } };
  }
}
