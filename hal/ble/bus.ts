import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Message, MessageBus } from 'dbus-next';
import type { Bluetooth } from 'node-ble';
import { noAnswer, noBus, noService, type TagTrouble } from './trouble.ts';

/** What D-Bus told without being asked. */
export interface Signal {
  readonly path: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

/** Where a method is. */
export interface Target {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
}

export interface BusListener {
  signal(signal: Signal): void;
  /** Told once; nothing is told after it. */
  ended(trouble: TagTrouble): void;
}

/** node-ble keeps its bus, and dbus-next its socket, to themselves; they alone tell that it is over. */
type Innards = Bluetooth & {
  readonly dbus: MessageBus & {
    readonly name: string | null;
    readonly _connection: EventEmitter & { readonly stream: Duplex };
  };
};

/** MessageType.ERROR and MessageType.SIGNAL; the constants of dbus-next would cost its loading. */
const [ERROR, SIGNAL] = [3, 4];
export const BLUEZ = 'org.bluez';

const daemon = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

/**
 * One connection to the system bus, from its opening to its end. dbus-next never takes a match rule back, and node-ble
 * listens anew at every reconnection: so every link to a tag has a connection of its own, and all of it goes with it.
 */
export class Bus {
  readonly bluetooth: Bluetooth;
  readonly #dbus: Innards['dbus'];
  readonly #listener: BusListener;
  readonly #Message: typeof Message;
  readonly #answerMsMax: number;
  /** Whoever waits for an answer. A bus that has ended leaves its callers waiting for ever. */
  readonly #waiting = new Set<(trouble: TagTrouble) => void>();
  readonly #hearing = new Set<(signal: Signal) => void>();
  #trouble: TagTrouble | undefined;

  private constructor(bluetooth: Bluetooth, message: typeof Message, answerMsMax: number, listener: BusListener) {
    this.bluetooth = bluetooth;
    this.#Message = message;
    this.#dbus = (bluetooth as Innards).dbus;
    this.#answerMsMax = answerMsMax;
    this.#listener = listener;
    this.#dbus.on('error', (error: unknown) => this.fail(noBus(textOf(error))));
    this.#dbus.on('message', (message) => this.#received(message));
    const { _connection: connection } = this.#dbus;
    connection.on('end', () => this.fail(noBus('it hung up')));
    connection.stream.on('close', () => this.fail(noBus('it hung up')));
  }

  /** `answerMsMax`: how long BlueZ may think about what it knows. @throws TagTrouble when the bus has no usable address. */
  static async create(answerMsMax: number, listener: BusListener): Promise<Bus> {
    // Loaded here, for most units have no tag and should not pay for it at boot.
    const [{ createBluetooth }, { Message }] = await Promise.all([import('node-ble'), import('dbus-next')]);
    return new Bus(opened(createBluetooth), Message, answerMsMax, listener);
  }

  /** @throws TagTrouble when the bus does not answer. */
  async open(): Promise<void> {
    const connected = new Promise<void>((resolve) => this.#dbus.once('connect', () => resolve()));
    await this.ask(connected, this.#answerMsMax, () => noBus('it does not answer'));
    await this.subscribe(`sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${BLUEZ}'`);
  }

  /** Has signals told beside those that node-ble subscribes to itself, by a rule (D-Bus Specification, Match Rules). */
  async subscribe(rule: string): Promise<void> {
    await this.ask(this.call(daemon, 'AddMatch', 's', `type='signal',${rule}`));
  }

  /**
   * The answer, unless the bus ends before, or nothing comes for `msMax`, which is what `silence` makes of it.
   * @throws TagTrouble, or what D-Bus answered.
   */
  async ask<T>(answer: Promise<T>, msMax = this.#answerMsMax, silence = noAnswer): Promise<T> {
    // It may still fail when nobody waits for it any more.
    answer.catch(() => undefined);
    if (this.#trouble !== undefined) throw this.#trouble;
    let giveUp: (trouble: TagTrouble) => void = () => undefined;
    const given = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    const timer = setTimeout(() => giveUp(silence()), msMax);
    this.#waiting.add(giveUp);
    try {
      return await Promise.race([answer, given]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(giveUp);
    }
  }

  /** Comes to pass with the first signal from now on that `isIt`; never when the bus ends before. */
  heard(isIt: (signal: Signal) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const hear = (signal: Signal): void => {
        if (!isIt(signal)) return;
        this.#hearing.delete(hear);
        resolve();
      };
      this.#hearing.add(hear);
    });
  }

  /** Calls a method without asking first what the object has. `types`: of the arguments. */
  async call<T>(target: Target, member: string, types: string, ...body: unknown[]): Promise<T> {
    const reply = await this.#dbus.call(new this.#Message({ ...target, member, signature: types, body }));
    return reply?.body[0];
  }

  async property<T>(path: string, iface: string, name: string): Promise<T> {
    const target = { destination: BLUEZ, path, interface: 'org.freedesktop.DBus.Properties' };
    return (await this.call<{ readonly value: T }>(target, 'Get', 'ss', iface, name)).value;
  }

  /** Ends it, and tells why. */
  fail(trouble: TagTrouble): void {
    if (this.#trouble !== undefined) return;
    this.#close(trouble);
    this.#listener.ended(trouble);
  }

  /** Ends it, and tells nothing. */
  end(): void {
    if (this.#trouble === undefined) this.#close(noBus('we hung up'));
  }

  #close(trouble: TagTrouble): void {
    this.#trouble = trouble;
    for (const giveUp of this.#waiting) giveUp(trouble);
    this.#dbus.disconnect();
    // A daemon that hangs would never hang up.
    this.#dbus._connection.stream.destroy();
  }

  #received(message: Message): void {
    if (message.type === ERROR && this.#dbus.name === null) {
      // The bus refused our Hello, say because it is full. dbus-next would throw that where nobody can catch it.
      message.replySerial = '';
      this.fail(noBus(String(message.body[0])));
    }
    if (message.type !== SIGNAL || this.#trouble !== undefined) return;
    const { path, member, body } = message;
    if (member === 'NameOwnerChanged' && body[0] === BLUEZ) return this.fail(noService());
    this.#listener.signal({ path, member, body });
    for (const hear of this.#hearing) hear({ path, member, body });
  }
}

function opened(createBluetooth: () => { readonly bluetooth: Bluetooth }): Bluetooth {
  try {
    return createBluetooth().bluetooth;
  } catch (error) {
    throw noBus(`its address is unusable (${textOf(error)})`);
  }
}

/** dbus-next also emits what the daemon said, as it came. */
function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
