import { DBusError, type Message } from 'dbus-next';
import { type BusInterface, type Caller, Objects, type OpenBus } from './objects.ts';
import type { TagSpec } from './tag-spec.ts';
import { type TagWatcher, VirtualTag } from './virtual-tag.ts';

const [ROOT, ADAPTER, PATH] = ['/org/bluez', 'org.bluez.Adapter1', '/org/bluez/hci0'];
const NAME = 'org.bluez';
const ON_PRIMARY_OWNER = 1;

/**
 * What bluetoothd shows on D-Bus of one adapter and the tags around it. It is our reading of BlueZ (doc and src),
 * not BlueZ: a tag that works here has still to be tried on a radio.
 */
export class Bluez {
  readonly tags: readonly VirtualTag[];
  readonly #objects: Objects;
  readonly #bus: OpenBus;
  #isPowered = true;
  /** Who scans. */
  readonly #scanning = new Set<string>();

  constructor(bus: OpenBus, specs: readonly TagSpec[], watcher: TagWatcher) {
    this.#bus = bus;
    this.#objects = new Objects(bus);
    this.tags = specs.map((spec) => new VirtualTag(spec, PATH, this.#objects, watcher));
    bus.on('message', (message) => this.#heard(message));
  }

  /** @throws Error when somebody else is BlueZ on this bus. */
  /** It refuses to look for tags. */
  isDeaf = false;

  async start(): Promise<void> {
    this.#objects.add(ROOT, agents);
    this.add();
    await this.#call('AddMatch', "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'");
    if ((await this.#bus.requestName(NAME, 0)) !== ON_PRIMARY_OWNER)
      throw new Error('Somebody else is org.bluez here.');
  }

  /** How many programs scan. */
  get scanners(): number {
    return this.#scanning.size;
  }

  /** Everything as it was at first. */
  reset(): void {
    this.hang(false);
    this.remove();
    for (const tag of this.tags) tag.reset();
    this.#isPowered = true;
    this.isDeaf = false;
    this.add();
  }

  /** The adapter is plugged in. */
  add(): void {
    if (this.#objects.has(PATH)) return;
    this.#objects.add(PATH, this.#adapter());
    this.#show();
  }

  /** The adapter is pulled out. */
  remove(): void {
    for (const tag of this.tags) {
      tag.giveUp();
      tag.hide();
    }
    this.#scanning.clear();
    this.#objects.remove(PATH);
  }

  power(isPowered: boolean): void {
    this.#isPowered = isPowered;
    if (!isPowered) {
      this.#scanning.clear();
      for (const tag of this.tags) {
        tag.giveUp();
        tag.drop();
      }
    }
    this.#objects.changed(PATH, ADAPTER, 'Powered', 'Discovering');
  }

  /** Calls come, and nobody answers. */
  hang(isHanging: boolean): void {
    this.#objects.isAnswering = !isHanging;
  }

  #show(): void {
    for (const tag of this.tags) tag.show(this.#scanning.size > 0);
  }

  #heard({ member, body }: Message): void {
    if (member !== 'NameOwnerChanged' || body[2] !== '') return;
    for (const tag of this.tags) tag.forget(body[0]);
    this.#scanning.delete(body[0]);
  }

  #scan({ sender }: Caller): void {
    if (!this.#isPowered) throw new DBusError('org.bluez.Error.NotReady', 'Resource Not Ready');
    if (this.isDeaf) throw new DBusError('org.bluez.Error.Failed', 'Operation failed');
    this.#scanning.add(sender);
    this.#objects.changed(PATH, ADAPTER, 'Discovering');
    this.#show();
  }

  #adapter(): BusInterface {
    return {
      name: ADAPTER,
      properties: {
        Address: { type: 's', value: () => '00:1A:7D:DA:71:13' },
        Name: { type: 's', value: () => 'dosis' },
        Powered: { type: 'b', value: () => this.#isPowered, set: (value) => this.power(value === true) },
        Discovering: { type: 'b', value: () => this.#scanning.size > 0 },
      },
      methods: {
        SetDiscoveryFilter: { takes: 'a{sv}', run: () => undefined },
        StartDiscovery: { run: (caller) => this.#scan(caller) },
        StopDiscovery: { run: ({ sender }) => void this.#scanning.delete(sender) },
      },
    };
  }

  async #call(member: string, argument: string): Promise<void> {
    const daemon = await this.#bus.getProxyObject('org.freedesktop.DBus', '/org/freedesktop/DBus');
    await daemon.getInterface('org.freedesktop.DBus')[member]?.(argument);
  }
}

/** node-ble looks for it to see that BlueZ is there. */
const agents: BusInterface = {
  name: 'org.bluez.AgentManager1',
  methods: { RegisterAgent: { takes: 'o s', run: () => undefined } },
};
