import { DBusError } from 'dbus-next';
import type { BusInterface, Caller, Objects } from './objects.ts';

/** One characteristic, and what happens behind it. */
export interface Characteristic {
  readonly uuid: string;
  readonly flags: readonly string[];
  read?(): number;
  write?(value: number): void | Promise<void>;
}

export interface Service {
  readonly uuid: string;
  readonly characteristics: readonly Characteristic[];
}

const [SERVICE, CHARACTERISTIC] = ['org.bluez.GattService1', 'org.bluez.GattCharacteristic1'];
const notSupported = () => new DBusError('org.bluez.Error.NotSupported', 'Operation is not supported');

/** The services of a connected tag as BlueZ exports them (doc/org.bluez.GattCharacteristic.rst). One link long. */
export class Gatt {
  readonly #objects: Objects;
  readonly #device: string;
  readonly #exported: string[] = [];
  /** Which callers follow which characteristic, by its path. */
  readonly #following = new Map<string, Set<string>>();
  readonly #paths = new Map<string, string>();
  readonly #last = new Map<string, number>();

  constructor(objects: Objects, device: string, services: readonly Service[]) {
    this.#objects = objects;
    this.#device = device;
    let handle = 1;
    for (const service of services) {
      const path = `${device}/service${hex(handle++)}`;
      this.#export(path, this.#serviceOf(service));
      for (const characteristic of service.characteristics) {
        const below = `${path}/char${hex(handle++)}`;
        this.#paths.set(characteristic.uuid, below);
        this.#following.set(below, new Set());
        this.#export(below, this.#characteristicOf(characteristic, path, below));
      }
    }
  }

  remove(): void {
    for (const path of this.#exported.splice(0)) this.#objects.remove(path);
  }

  /** BlueZ ends what a program started when the program leaves the bus. */
  forget(caller: string): void {
    for (const callers of this.#following.values()) callers.delete(caller);
  }

  /** How many programs follow a characteristic. */
  followersOf(uuid: string): number {
    return this.#following.get(this.#paths.get(uuid) ?? '')?.size ?? 0;
  }

  /** Tells a value if anybody follows it, and how many do. */
  notify(uuid: string, value: number): number {
    const path = this.#paths.get(uuid);
    const callers = this.followersOf(uuid);
    if (path === undefined || callers === 0) return 0;
    this.#last.set(path, value);
    this.#objects.changed(path, CHARACTERISTIC, 'Value');
    return callers;
  }

  #export(path: string, iface: BusInterface): void {
    this.#exported.unshift(path);
    this.#objects.add(path, iface);
  }

  #serviceOf({ uuid }: Service): BusInterface {
    const properties = {
      UUID: { type: 's', value: () => uuid },
      Primary: { type: 'b', value: () => true },
      Device: { type: 'o', value: () => this.#device },
    };
    return { name: SERVICE, properties };
  }

  #characteristicOf({ uuid, flags, read, write }: Characteristic, service: string, path: string): BusInterface {
    const following = this.#following.get(path) ?? new Set();
    const follow = ({ sender }: Caller): void => {
      if (!flags.includes('notify')) throw notSupported();
      following.add(sender);
    };
    const answer = (): Buffer => {
      if (read === undefined) throw new DBusError('org.bluez.Error.NotPermitted', 'Read not permitted');
      this.#last.set(path, read());
      // BlueZ tells a value that was read as if it had been notified.
      this.#objects.changed(path, CHARACTERISTIC, 'Value');
      return Buffer.of(read());
    };
    return {
      name: CHARACTERISTIC,
      properties: {
        UUID: { type: 's', value: () => uuid },
        Service: { type: 'o', value: () => service },
        Flags: { type: 'as', value: () => flags },
        Notifying: { type: 'b', value: () => following.size > 0 },
        Value: { type: 'ay', value: () => Buffer.from(this.#last.has(path) ? [this.#last.get(path) ?? 0] : []) },
      },
      methods: {
        ReadValue: { takes: 'a{sv}', gives: 'ay', run: answer },
        WriteValue: { takes: 'ay a{sv}', run: (_, value, options) => this.#write(flags, write, value, options) },
        StartNotify: { run: follow },
        StopNotify: { run: ({ sender }) => void following.delete(sender) },
      },
    };
  }

  #write(flags: readonly string[], write: Characteristic['write'], value: unknown, options: unknown): unknown {
    const { type } = options as { readonly type?: { readonly value: string } };
    const isFitting = flags.includes(type?.value === 'command' ? 'write-without-response' : 'write');
    if (!isFitting || write === undefined) throw notSupported();
    return write((value as Uint8Array)[0] ?? 0);
  }
}

function hex(handle: number): string {
  return handle.toString(16).padStart(4, '0');
}
