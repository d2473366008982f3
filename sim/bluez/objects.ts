import type { Duplex } from 'node:stream';
import { DBusError, Message, type MessageBus, Variant } from 'dbus-next';
import { introspectionOf } from './introspection.ts';

export interface Caller {
  /** The unique name of whoever calls. */
  readonly sender: string;
}

export interface Method {
  /** Complete D-Bus types with a space between; none: nothing. */
  readonly takes?: string;
  /** At most one complete type. */
  readonly gives?: string;
  /** May throw a DBusError. */
  run(caller: Caller, ...args: readonly unknown[]): unknown;
}

export interface Property {
  readonly type: string;
  /** Undefined: the property is not there now. */
  value(): unknown;
  set?(value: unknown): void;
}

export interface BusInterface {
  readonly name: string;
  readonly methods?: Readonly<Record<string, Method>>;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly signals?: Readonly<Record<string, string>>;
}

type Handler = (object: readonly BusInterface[], message: Message) => Answer | Promise<Answer>;
/** Types, and the values of them. */
type Answer = readonly [string, ...unknown[]];

/** A bus of dbus-next, with the socket that it keeps to itself. */
export type OpenBus = MessageBus & { readonly _connection: { readonly stream: Duplex } };

const ERROR = 'org.freedesktop.DBus.Error';
const MANAGER = 'org.freedesktop.DBus.ObjectManager';

/** Objects on a bus, with who calls them: what dbus-next's own service side does not tell. */
export class Objects {
  readonly #bus: OpenBus;
  readonly #objects = new Map<string, readonly BusInterface[]>();
  /** Whether calls are answered at all. */
  isAnswering = true;

  constructor(bus: OpenBus) {
    this.#bus = bus;
    this.#objects.set('/', [
      { name: MANAGER, methods: { GetManagedObjects: { gives: 'a{oa{sa{sv}}}', run: () => this.#all() } } },
    ]);
    bus.addMethodHandler((message: Message) => {
      if (this.isAnswering) this.#answer(message).catch((error: unknown) => this.#refuse(message, error));
      return true;
    });
  }

  has(path: string): boolean {
    return this.#objects.has(path);
  }

  add(path: string, ...interfaces: readonly BusInterface[]): void {
    this.#objects.set(path, interfaces);
    this.#signal('/', MANAGER, 'InterfacesAdded', 'oa{sa{sv}}', [path, valuesOf(interfaces)]);
  }

  /** Takes away an object and everything below it, the lowest first. */
  remove(path: string): void {
    const below = [...this.#objects.keys()].filter((other) => other === path || other.startsWith(`${path}/`));
    for (const gone of below.sort((one, other) => other.length - one.length)) {
      const names = this.#objects.get(gone)?.map(({ name }) => name);
      this.#objects.delete(gone);
      this.#signal('/', MANAGER, 'InterfacesRemoved', 'oas', [gone, names]);
    }
  }

  /** Tells that these properties have their new values. */
  changed(path: string, iface: string, ...names: readonly string[]): void {
    const found = this.#objects.get(path)?.find(({ name }) => name === iface);
    if (found === undefined) return;
    const values = Object.fromEntries(Object.entries(propertiesOf(found)).filter(([name]) => names.includes(name)));
    this.#signal(path, 'org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', [iface, values, []]);
  }

  async #answer(message: Message): Promise<void> {
    const object = this.#objects.get(message.path);
    const children = this.#childrenOf(message.path);
    if (object === undefined && children.size === 0) {
      throw new DBusError(`${ERROR}.UnknownObject`, `No object at ${message.path}`);
    }
    const standard = standardHandlers[message.member];
    const [types, ...values] =
      message.member === 'Introspect'
        ? (['s', introspectionOf(object ?? [], children)] as const)
        : await (standard ?? call)(object ?? [], message);
    this.#send(Message.newMethodReturn(message, types, values));
  }

  #refuse(message: Message, error: unknown): void {
    const { type = `${ERROR}.Failed`, message: text } = error as DBusError;
    this.#send(Message.newError(message as unknown as string, type, text));
  }

  /** What is told in one go leaves in one piece. */
  #send(message: Message): void {
    const { stream } = this.#bus._connection;
    stream.cork();
    this.#bus.send(message);
    queueMicrotask(() => stream.uncork());
  }

  #childrenOf(path: string): ReadonlySet<string> {
    const prefix = path === '/' ? '/' : `${path}/`;
    const below = [...this.#objects.keys()].filter((other) => other.startsWith(prefix) && other !== path);
    return new Set(below.map((other) => other.slice(prefix.length).split('/')[0] ?? ''));
  }

  #all(): Readonly<Record<string, unknown>> {
    const managed = [...this.#objects].filter(([path]) => path !== '/');
    return Object.fromEntries(managed.map(([path, interfaces]) => [path, valuesOf(interfaces)]));
  }

  #signal(path: string, iface: string, name: string, types: string, body: unknown[]): void {
    this.#send(Message.newSignal(path, iface, name, types, body));
  }
}

const standardHandlers: Readonly<Record<string, Handler>> = {
  Get: (object, { body: [iface, name] }) => {
    const value = propertiesOf(interfaceOf(object, iface))[name];
    if (value === undefined) throw new DBusError(`${ERROR}.InvalidArgs`, `No such property '${name}'`);
    return ['v', value];
  },
  GetAll: (object, { body: [iface] }) => ['a{sv}', propertiesOf(interfaceOf(object, iface))],
  Set: (object, { body: [iface, name, value] }) => {
    const property = interfaceOf(object, iface).properties?.[name];
    if (property?.set === undefined) throw new DBusError(`${ERROR}.PropertyReadOnly`, `'${name}' cannot be set`);
    property.set((value as Variant).value);
    return [''];
  },
};

async function call(object: readonly BusInterface[], message: Message): Promise<Answer> {
  const method = interfaceOf(object, message.interface).methods?.[message.member];
  if (method === undefined) throw new DBusError(`${ERROR}.UnknownMethod`, `No method '${message.member}'`);
  const value = await method.run({ sender: message.sender }, ...message.body);
  return method.gives === undefined ? [''] : [method.gives, value];
}

function interfaceOf(object: readonly BusInterface[], name: string): BusInterface {
  const found = object.find((iface) => iface.name === name);
  if (found === undefined) throw new DBusError(`${ERROR}.UnknownMethod`, `No interface '${name}'`);
  return found;
}

function valuesOf(interfaces: readonly BusInterface[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(interfaces.map((iface) => [iface.name, propertiesOf(iface)]));
}

function propertiesOf({ properties = {} }: BusInterface): Readonly<Record<string, Variant>> {
  const present = Object.entries(properties).flatMap(([name, property]) => {
    const value = property.value();
    return value === undefined ? [] : [[name, new Variant(property.type, value)] as const];
  });
  return Object.fromEntries(present);
}
